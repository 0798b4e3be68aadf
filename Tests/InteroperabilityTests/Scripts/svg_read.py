"""Prints what an XML parser finds in drawings: the texts of each, as JSON; fails if something is out of the picture."""

import json
import re
import sys
import xml.etree.ElementTree

SVG = "{http://www.w3.org/2000/svg}"
drawings = []
for path in sys.argv[1:]:
    root = xml.etree.ElementTree.parse(path).getroot()
    assert root.tag == SVG + "svg", root.tag
    _, _, width, height = map(float, root.get("viewBox").split())
    points = [(float(text.get("x")), float(text.get("y"))) for text in root.iter(SVG + "text")]
    for line in root.iter(SVG + "path"):
        assert re.fullmatch(r"([ML]-?[0-9.]+ -?[0-9.]+|h-?[0-9.]+)*", line.get("d")), line.get("d")
        points += [(float(x), float(y)) for x, y in re.findall(r"[ML](\S+) ([-0-9.]+)", line.get("d"))]
    for x, y in points:
        assert 0 <= x <= width and 0 <= y <= height, (path, x, y)
    drawings.append([text.text for text in root.iter() if text.tag in (SVG + "title", SVG + "text")])
json.dump(drawings, sys.stdout)
