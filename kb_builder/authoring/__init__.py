"""What authors are helped with: new pages, ids, new repositories."""
