"""From disk to raw documents: walking, decoding, front matter with positions, links. The only user of `yaml`."""
