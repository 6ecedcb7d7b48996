"""What Markdown and the theme are given: anchors, emojis, the sanitiser, and the scripts of the theme."""
