"""What the Markdown of pages may be beyond its extensions: anchors, emojis, and the sanitiser behind it all."""
