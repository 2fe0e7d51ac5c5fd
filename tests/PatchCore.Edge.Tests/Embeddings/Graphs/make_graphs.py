#!/usr/bin/env python3
"""Makes the graphs beside it: what export_backbone.py writes of real networks, without the weights, and prints what
PyTorch computes with the weights that ExportedGraph.cs fills in. Needs torch, torchvision and onnx.

    python3 make_graphs.py ../../../../src/PatchCore.Edge/Embeddings/export_backbone.py
"""

import os
import subprocess
import sys
import tempfile

import numpy
import onnx
import torch
import torchvision
from torch.nn import functional

# Network, deepest stage kept, layers of the embedding.
NETWORKS = (
    ("resnet18", 4, ("layer2", "layer3")),
    ("wide_resnet50_2", 3, ("layer2", "layer3")),
    ("mobilenet_v3_large", 4, ("features.6", "features.12")),
)


def noise(seed, count):
    """Single-precision numbers in -1..1, the same in every language."""
    h = (numpy.arange(1, count + 1, dtype=numpy.uint64) * 2654435761 ^ (seed + 1) * 2246822519) & 0xFFFFFFFF
    h ^= h >> numpy.uint64(15)
    h = (h * numpy.uint64(2246822519)) & numpy.uint64(0xFFFFFFFF)
    h ^= h >> numpy.uint64(13)
    return ((h >> numpy.uint64(8)).astype(numpy.float64) / (1 << 23) - 1).astype(numpy.float32)


def cut(model, outputs):
    """Removes what the outputs do not need, and the numbers of all weights."""
    graph, needed, kept = model.graph, set(outputs), []
    for node in reversed(graph.node):
        if needed.intersection(node.output):
            kept.insert(0, node)
            needed.update(node.input)
    weights = [tensor for tensor in graph.initializer if tensor.name in needed]
    outputs = [output for output in graph.output if output.name in outputs]
    for field, items in ((graph.node, kept), (graph.initializer, weights), (graph.output, outputs)):
        del field[:]
        field.extend(items)
    for tensor in graph.initializer:
        tensor.ClearField("raw_data")


def fill(network):
    """Weight and bias of the i-th convolution that runs from noise 2i and 2i + 1; batch norm is folded away."""
    order = []
    for name, module in list(network.named_modules()):
        if isinstance(module, torch.nn.BatchNorm2d):
            parent = network.get_submodule(name.rpartition(".")[0])
            setattr(parent, name.rpartition(".")[2], torch.nn.Identity())
        if isinstance(module, torch.nn.Conv2d):
            module.register_forward_hook(lambda m, _in, _out: order.append(m))
    network(torch.zeros(1, 3, 224, 224))
    for i, conv in enumerate(order):
        fan_in = conv.weight[0].numel()
        values = noise(2 * i, conv.weight.numel()) * numpy.float32(numpy.sqrt(6 / fan_in))
        conv.weight.data = torch.from_numpy(values).reshape(conv.weight.shape)
        conv.bias = torch.nn.Parameter(torch.from_numpy(noise(2 * i + 1, len(conv.weight)) * numpy.float32(0.1)))


def embed(network, layers):
    """The patch embedding of one image of noise: patches x dimension."""
    maps = []
    for layer in layers:
        network.get_submodule(layer).register_forward_hook(lambda _m, _in, out: maps.append(out))
    network(torch.from_numpy(noise(9999, 3 * 224 * 224)).reshape(1, 3, 224, 224) * 2)
    pooled = [functional.avg_pool2d(m, 3, 1, 1) for m in maps]
    grid = pooled[0].shape[2:]
    return torch.cat([functional.interpolate(p, grid, mode="bilinear", align_corners=False) for p in pooled], 1) \
        .permute(0, 2, 3, 1).reshape(grid[0] * grid[1], -1)


def main():
    exporter, here = os.path.abspath(sys.argv[1]), os.path.dirname(os.path.abspath(__file__))
    for name, stages, layers in NETWORKS:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "whole.onnx")
            subprocess.run([sys.executable, exporter, name, "--random-weights", "--out", path], check=True)
            model = onnx.load(path)
        cut(model, [f"stage{i + 1}" for i in range(stages)])
        onnx.save(model, os.path.join(here, f"{name}.onnx"))
        network = getattr(torchvision.models, name)().eval()
        with torch.no_grad():
            fill(network)
            embedding = embed(network, layers).double()
        patches, dimension = embedding.shape
        picks = [(0, 0), (patches // 2, 1), (patches // 2 + 14, dimension - 2), (patches - 1, dimension - 1)]
        print(name, tuple(embedding.shape), "std", embedding.std().item(), [float(embedding[p]) for p in picks])


if __name__ == "__main__":
    main()
