"""What helps people who write: new pages, ids and repositories, drafts of documents, mended mistakes."""
