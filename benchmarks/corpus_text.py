"""The words of the synthetic corpus: what a website team writes in its SOPs and FAQs, in Chinese and in English."""

from __future__ import annotations

OWNERS = """\
web-ops:
  name: 網站維運組
  kind: team
  department: 技術支援部
  tier: headquarters
  members: [duty-lead, sysadmin]
  deputy: sysadmin
  channels: {chat: "#general", mail: web-ops@example.com}
dba: {name: 資料庫組, kind: team, department: 技術支援部, members: [dba-engineer], deputy: dba-engineer}
security: {name: 資訊安全組, kind: team, department: 資訊安全部, deputy: security-engineer}
customer-service: {name: 客戶服務組, kind: team, department: 客服部, deputy: service-agent}
duty-lead: {name: 值班組長, kind: role, department: 技術支援部, deputy: sysadmin, channels: {chat: "#website-alerts"}}
sysadmin: {name: 系統管理員, kind: role, department: 技術支援部, deputy: duty-lead}
dba-engineer: {name: 資料庫管理師, kind: role, department: 技術支援部, deputy: sysadmin}
developer: {name: 開發工程師, kind: role, department: 研發部, deputy: duty-lead}
security-engineer: {name: 資安工程師, kind: role, department: 資訊安全部, deputy: duty-lead}
service-agent: {name: 一線客服, kind: role, department: 客服部, deputy: duty-lead}
"""

TEAMS = ("web-ops", "dba", "security", "customer-service")
ROLES = {
    "duty-lead": "值班組長",
    "sysadmin": "系統管理員",
    "dba-engineer": "資料庫管理師",
    "developer": "開發工程師",
    "security-engineer": "資安工程師",
    "service-agent": "一線客服",
}
CATEGORIES = ("routine", "release", "security", "support", "vendor")
SYSTEMS = (
    "負載平衡器", "會員資料庫", "訂單資料庫", "快取叢集", "全文檢索", "郵件閘道", "物件儲存", "排程主機", "影像轉檔",
    "金流介接", "內容管理系統", "監控平台", "記錄收集器", "憑證管理", "網域名稱服務", "應用伺服器",
)  # fmt: skip
TASKS = (
    "記憶體不足處理", "備份與還原演練", "版本更新", "磁碟空間清理", "慢查詢分析", "憑證更換", "帳號權限盤點",
    "連線數過高處理", "切換至備援主機", "資料比對", "告警門檻調整", "弱點修補",
)  # fmt: skip
TAGS = ("網站", "備份", "資料庫", "效能", "資安", "值班", "redis", "nginx", "backup", "release", "monitoring", "憑證")
TOPICS = ("帳號與登入", "訂單與付款", "網站使用", "內部作業", "資料保護")

STEP_NAMES = (
    "受理告警並建立工單", "確認影響範圍", "保存錯誤紀錄", "比對最近的版本異動", "暫停排程工作", "套用修正設定",
    "逐台重新載入服務", "驗證首頁與結帳流程", "恢復排程工作", "補齊工單並通知相關單位",
)  # fmt: skip
EXPECTED = (
    "工單含時間、主機與第一份數據", "受影響的功能已寫進工單", "紀錄已另存且可開啟", "錯誤率低於 0.5%，連續十分鐘",
    "設定檔與版本庫一致", "每台主機都回應 200", "排程在五分鐘內完成第一次執行", "值班群組已收到通知",
)  # fmt: skip

SENTENCES = (
    "資料庫備份完成之後必須驗證還原流程，沒有還原過的備份不算備份。",
    "先看監控圖上的變化是突然發生還是慢慢累積，兩種情況的處理順序不同。",
    "操作前把目前的設定另存一份，檔名加上日期與工單編號，方便比對差異。",
    "若十分鐘內看不出原因，請直接升級給值班組長，不要獨自繼續嘗試。",
    "每次只改一個參數，改完等兩個取樣週期再看結果，否則無法判斷是哪一項有效。",
    "對外公告由客服統一發布，技術人員只提供時間、範圍與目前進度。",
    "網路設備升級之前應當保存目前設定，並確認備援線路已經實際接手流量。",
    "半夜的低流量時段適合做演練，但仍要先通知客服與機房值班人員。",
    "臨時放寬的權限必須在工單裡寫下收回的日期，隔天由另一位同仁確認。",
    "看到 `connection refused` 時先分辨是服務沒起來，還是防火牆擋下來。",
    "快取重建期間回應時間會增加兩到三倍，屬於正常現象，約二十分鐘後恢復。",
    "紀錄只保留三十天，需要更久的證據請在事件當天就匯出到物件儲存。",
    "Confirm that replication lag is below five seconds before you touch the primary.",
    "Keep a second terminal open; the first one may hang when the disk is full.",
    "Never paste passwords into the ticket, read them from the vault when a command asks.",
    "A restart hides the cause: save thread dumps and the last hour of logs first.",
    "If customers are affected for more than fifteen minutes, start the emergency response.",
    "Compare the figures with the same weekday of last week, not with the hour before.",
)

CODE = (
    ("bash", """\
set -euo pipefail
for host in $(seq 1 {count}); do
  ssh "app-$host" "uptime; df -h /; free -m"
done"""),
    ("bash", """\
# 先看最大的目錄，再決定清什麼
du -xh --max-depth=1 /var | sort -rh | head -{count}
journalctl --disk-usage"""),
    ("sql", """\
-- 找出執行超過 {count} 秒的查詢
SELECT id, user, time, LEFT(info, 80)
FROM information_schema.processlist
WHERE command <> 'Sleep' AND time > {count}
ORDER BY time DESC;"""),
    ("yaml", """\
upstream:
  retries: {count}
  timeout: 5s
  hosts: [app-1, app-2, app-3]"""),
    ("console", """\
$ redis-cli -h cache-01 INFO memory | grep used_memory_human
used_memory_human:{count}.42G"""),
)  # fmt: skip

ADMONITIONS = (
    ('!!! warning "動手之前"', "沒有備份、沒有第二個人看過，就不要刪除任何資料。"),
    ('!!! danger "絕對不要"', "不要在尖峰時段重新啟動整個叢集，也不要略過驗證步驟。"),
    ('!!! note "給新進同仁"', "第一次操作請找資深同仁在旁邊看，完成後在工單裡寫下兩人的名字。"),
    ('??? tip "省時的做法"', "把常用的查詢存成監控平台的檢視，交班時直接給連結。"),
)

QUESTIONS = (
    "為什麼{thing}開得很慢？", "{thing}出現錯誤訊息怎麼辦？", "怎麼確認{thing}是否正常？", "{thing}的紀錄要到哪裡看？",
    "{thing}維護期間可以做什麼？", "{thing}多久更新一次？",
)  # fmt: skip

# In the pages below <<name>> or <<name 2>> is filled in by the method of that name in corpus.py.
SOP_PAGE = """\
---
id: <<id>>
title: <<title>>
summary: <<system>>需要處理時使用；說明先看什麼、由誰動手、做到什麼程度才算完成。
owner: <<team>>
status: published
category: <<category>>
systems: [<<system>>, <<system>> 備援]
version: "1.<<figure>>"
effective_date: <<reviewed>>
last_reviewed: <<reviewed>>
review_interval: 3 months
reviewers: [sysadmin, duty-lead]
approver: <<team>>
reviews:
  - {date: 2026-04-<<figure>>, by: duty-lead, trigger: incident, checks: [complete, effective], outcome: 補上復原步驟}
  - date: <<reviewed>>
    by: sysadmin
    trigger: scheduled
    checks: [complete, effective, applicable, operable]
    outcome: 沿用
tags: [<<tags>>]
related: [<<related>>]
steps:
<<steps>>
---

<<prose 2>>相關作業請看 <<link 0>>。

## 目的與範圍

<<prose 3>>

- **適用**：<<prose 1>>
- **不適用**：請改看 <<link 1>>。

## 事前準備

<<admonition>>

- [ ] 工單已建立
- [ ] 備份時間在二十四小時以內
- [ ] <<prose 1>>

## 操作

### 檢查現況

1. <<prose 1>>
2. <<prose 1>>

<<code>>

### 執行

1. <<prose 1>>
2. <<prose 1>>

<<code>>

## 判斷表

<<table>>

## 驗證

1. <<prose 1>>
2. <<prose 1>>
3. 數據要與 `baseline-<<figure>>` 相符。

## 復原

<<prose 3>>

<<code>>

## 紀錄與相關文件

- <<link 2>>
- <<anchor_link>>
- 外部說明：<https://docs.example.com/<<figure>>>，另見[廠商手冊](https://vendor.example.com/manual?p=<<figure>>)

<<prose 3>>
"""

FAQ_PAGE = """\
---
id: <<id>>
title: <<question>>
summary: 先重新整理頁面並換一個網路；仍然一樣，請把時間、頁面與錯誤訊息告訴我們。
owner: <<team>>
status: published
audience: <<audience>>
topic: <<topic>>
problem_type: system_fault
last_reviewed: <<reviewed>>
review_interval: 12 months
sources: [<<related>>]
tags: [<<tags>>]
aliases: [很慢, 打不開, 一直轉圈圈, not working]
---

<<prose 4>>

## 可能的原因

<<table>>

<<prose 4>>

## 可以先做的事

1. <<prose 2>>
2. <<prose 2>>
3. <<prose 2>>

<<admonition>>

<<code>>

<<prose 5>>

## 仍然沒有改善

<<prose 5>>

- <<link 2>>
- <<anchor_link>>

<<prose 4>>
"""

# Headings of these pages that a link may lead to.
SOP_HEADINGS = ("目的與範圍", "事前準備", "檢查現況", "判斷表", "復原")
FAQ_HEADINGS = ("可能的原因", "可以先做的事", "仍然沒有改善")
