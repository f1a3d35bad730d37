#!/usr/bin/env python3
"""Times whole commands in pairs and prints how many times as long akslint takes as each yardstick.

Usage: benches/compare.py [--corpus FOLDER] [--files N] [--runs N]

Builds what it needs and generates its inputs: single files of every kind, and trees of N files (1,000 and 100,000 unless
told); --corpus adds a folder of templates. ripgrep and Checkov are compared with if they are
installed. The two commands of a pair run in turn, and the ratio is the median of the pairs' ratios, so that a machine that gets
slower or faster meanwhile changes little.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TARGET = os.path.join(os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target")), "release")
TYPE = "managedClusters"


def seconds(command):
    start = time.perf_counter()
    # Exit codes tell of findings here.
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def compare(title, ours, theirs, runs):
    name = os.path.basename(theirs[0])
    if not (os.path.exists(theirs[0]) or shutil.which(theirs[0])):
        print(f"{title:34} {name:12} not installed")
        return
    seconds(ours), seconds(theirs)
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(runs)]
    ratio = statistics.median(a / b for a, b in pairs)
    a, b = (statistics.median(side) for side in zip(*pairs))
    print(f"{title:34} {name:12} {a * 1000:9.1f} ms {b * 1000:9.1f} ms   ratio {ratio:6.2f}")


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--corpus")
    options.add_argument("--files", type=int, nargs="+", default=[1000, 100000])
    options.add_argument("--runs", type=int, default=11)
    options = options.parse_args()
    build = ["cargo", "build", "--release", "--locked", "--bins", "--examples"]
    if subprocess.run(build, cwd=ROOT, check=False).returncode:
        return 1
    akslint = [os.path.join(TARGET, "akslint"), "check", "--format", "json"]
    example = lambda name: os.path.join(TARGET, "examples", name)
    with tempfile.TemporaryDirectory() as folder:
        at = lambda name: os.path.join(folder, name)
        trees = {files: at(str(files)) for files in options.files}
        for files, tree in trees.items():
            subprocess.run([example("generate"), tree, str(files)], check=True)
        at = lambda name: os.path.join(next(iter(trees.values())), name)
        print(f"{'':34} {'':12} {'akslint':>12} {'yardstick':>12}")
        compare("one small file", akslint + [at("small.json")], [example("empty")], options.runs)
        files = [("3 MB with a cluster", "large"), ("3 MB on one line", "minified"), ("deeply nested", "nested")]
        files += [("2,000 findings in one list", "findings"), ("100 clusters in one file", "clusters")]
        for title, name in files:
            path = at(f"{name}.json")
            compare(title, akslint + [path], [example("parse_json"), path], options.runs)
        folders = [("16 MB without clusters", at("none"))]
        folders += [(f"{files:,} small files", os.path.join(tree, "many")) for files, tree in trees.items()]
        if options.corpus:
            folders.append(("corpus", os.path.abspath(options.corpus)))
        for title, path in folders:
            compare(title, akslint + [path], ["rg", "--ignore-case", "--count", TYPE, path], options.runs)
            compare(title, akslint + [path], ["sh", "-c", f"find '{path}' -type f -print0 | xargs -0 cat"], options.runs)
        checkov = ["checkov", "--framework", "arm", "--quiet", "--compact", "--file", at("large.json")]
        compare("3 MB with a cluster", akslint + [at("large.json")], checkov, 1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
