"""The Word SOP of the tutorial, as such files are: a head, a table of steps, and what copying leaves behind."""

from __future__ import annotations

from pathlib import Path

from docx import Document as new_document

TITLE = "資料庫備份失敗處理流程"
FOUND = (
    "監控信件「BACKUP FAILED」由值班人員收件。",
    "先看備份主機 /var/log/backup.log 的最後 50 行。",
    "十分鐘內在工單系統開單，主旨註明 member-db。",
)
STEPS = (
    ("階段", "步驟", "說明", "工具", "負責人", "時限"),
    ("確認", "看紀錄檔", "找出第一個 ERROR", "less", "值班工程師", "10 分鐘"),
    ("確認", "看磁碟空間", "剩餘少於 20% 先清舊備份", "df -h", "值班工程師", "10 分鐘"),
    ("處理", "重(chóng)新執行備份", "使\u2f64 backup.sh --full member-db", "backup.sh", "資料庫組", "2 小時"),
    ("驗證", "還原到測試機", "抽查會員數是否一致", "pg_restore", "資料庫組", "1 小時"),
    ("結案", "回覆工單", "附上備份大小與還原結果", "工單系統", "值班工程師", "30 分鐘"),
)


def write(file: Path) -> None:
    """Write the document."""
    document = new_document()
    document.sections[0].header.paragraphs[0].text = "機密等級：內部　文件編號：OPS-BK-03"
    document.add_heading(TITLE, 0)
    document.add_paragraph("夜間備份失敗時，值班人員依本流程找出原因、重新備份，並確認備份可以還原。")
    document.add_heading("一、適用範圍", 1)
    document.add_paragraph("官網會員資料庫 member-db 每日 02:00 的完整備份。")
    document.add_heading("二、發現與通報", 1)
    for text in FOUND:
        document.add_paragraph(text, style="List Number")
    document.add_heading("三、處理步驟", 1)
    table = document.add_table(rows=len(STEPS), cols=len(STEPS[0]), style="Table Grid")
    for line, row in zip(table.rows, STEPS, strict=True):
        for cell, text in zip(line.cells, row, strict=True):
            cell.text = text
    document.add_heading("四、回復", 1)
    document.add_paragraph("重新備份若影響線上服務，立即停止，改於次日 01:00 執行，並通知資料庫組。")
    document.add_paragraph("第 1 頁，共 2 頁")
    document.add_heading("五、聯絡窗口", 1)
    document.add_paragraph("資料庫組值班電話：分機 2301", style="List Bullet")
    document.add_paragraph("值班主管：分機 2200", style="List Bullet")
    document.save(str(file))
