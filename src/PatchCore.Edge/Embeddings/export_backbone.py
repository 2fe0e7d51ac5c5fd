#!/usr/bin/env python3
"""Exports a pretrained network to ONNX, ready for `patchcore-edge backbone import`.

    pip install torch torchvision onnx onnxruntime        # and timm, for timm: models
    python3 export_backbone.py resnet18
    python3 export_backbone.py wide_resnet50_2 --out wrn50.onnx
    python3 export_backbone.py timm:convnext_tiny.fb_in22k

Runs wherever PyTorch is, and needs nothing of PatchCore.Edge. The trunk is exported, its outputs named `stage1`,
`stage2`, ..., each the last feature map of its size; batch, height and width are dynamic. What the network expects of
its image goes into the file as `patchcore.*` metadata, which import reads: a pixel v in 0..255 becomes
(v * scale - mean) / std.
"""

import argparse
import inspect
import struct
import sys

import torch

IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
SIZE = 224


class Stages(torch.nn.Module):
    """A network that returns the last of the modules' maps for each size, 1/4 of the image and less."""

    def __init__(self, network, modules):
        super().__init__()
        self.network, self.maps = network.eval(), []
        hooks = [module.register_forward_hook(self.keep) for module in modules]
        with torch.no_grad():
            network(torch.zeros(1, 3, SIZE, SIZE))
        last = {m.shape[2]: module for m, module in zip(self.maps, modules) if 1 < m.shape[2] <= SIZE // 4}
        for hook in hooks:
            hook.remove()
        for module in last.values():
            module.register_forward_hook(self.keep)

    def keep(self, _module, _input, output):
        self.maps.append(output)

    def forward(self, image):
        self.maps = []
        self.network(image)
        return self.maps


class Features(torch.nn.Module):
    """timm's features_only network without its stem (stride 2)."""

    def __init__(self, network):
        super().__init__()
        self.network = network
        self.keep = [i for i, stride in enumerate(network.feature_info.reduction()) if stride >= 4]
        if not self.keep:
            raise SystemExit("this network has no feature maps of 1/4 of the image or less")

    def forward(self, image):
        maps = self.network(image)
        return [maps[i] for i in self.keep]


def from_torchvision(name, pretrained):
    import torchvision

    if not hasattr(torchvision.models, name):
        raise SystemExit(f"torchvision has no '{name}'; for a timm model write timm:{name}")
    network = getattr(torchvision.models, name)(weights="DEFAULT" if pretrained else None)
    if hasattr(network, "layer1"):
        modules = [network.layer1, network.layer2, network.layer3, network.layer4]
    elif hasattr(network, "features"):
        modules = list(network.features.children())
        if type(modules[-1]).__name__ in ("Conv2dNormActivation", "ConvNormActivation"):
            modules.pop()  # The widening before the classifier.
    else:
        raise SystemExit(f"'{name}' has neither layer1..layer4 nor features; try timm:{name}")
    return Stages(network, modules), *IMAGENET, f"torchvision {torchvision.__version__} {name}"


def from_timm(name, pretrained):
    import timm

    network = timm.create_model(name, pretrained=pretrained, features_only=True)
    config = getattr(network, "pretrained_cfg", None) or network.default_cfg
    config = config if isinstance(config, dict) else config.to_dict()
    mean, std = config.get("mean") or IMAGENET[0], config.get("std") or IMAGENET[1]
    return Features(network), tuple(mean), tuple(std), f"timm {timm.__version__} {name}"


def randomize(network):
    """Batch norm and biases as if they had been trained: otherwise the exporter merges all those equal numbers."""
    for module in network.modules():
        if isinstance(module, torch.nn.Conv2d) and module.bias is not None:
            module.bias.data.uniform_(-0.1, 0.1)
        if isinstance(module, torch.nn.modules.batchnorm._BatchNorm):
            for values, low, high in ((module.weight, 0.5, 1.5), (module.bias, -0.5, 0.5),
                                      (module.running_mean, -0.5, 0.5), (module.running_var, 0.5, 1.5)):
                values.data.uniform_(low, high)


def varint(value):
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def metadata(entries):
    """ModelProto.metadata_props (field 14) as bytes: a protobuf message may be continued by appending to it, so that
    this needs no onnx package."""
    out = b""
    for key, value in entries.items():
        entry = b"".join(
            bytes([tag]) + varint(len(text)) + text for tag, text in ((0x0A, key.encode()), (0x12, value.encode())))
        out += b"\x72" + varint(len(entry)) + entry
    return out


def numbers(values):
    """Shortest texts that give the same single-precision numbers."""
    def short(value):
        single = struct.unpack("f", struct.pack("f", value))[0]
        texts = (f"{single:.{digits}g}" for digits in range(1, 10))
        return next(text for text in texts if struct.pack("f", float(text)) == struct.pack("f", single))
    return ",".join(short(value) for value in values)


def export(network, path, opset, entries):
    image = torch.zeros(1, 3, SIZE, SIZE)
    with torch.no_grad():
        shapes = [tuple(m.shape[1:]) for m in network(image)]
    names = [f"stage{i + 1}" for i in range(len(shapes))]
    axes = {"image": {0: "batch", 2: "height", 3: "width"}}
    axes.update({n: {0: "batch", 2: f"{n}_height", 3: f"{n}_width"} for n in names})
    legacy = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    torch.onnx.export(
        network, image, path, opset_version=opset, input_names=["image"], output_names=names, dynamic_axes=axes,
        **legacy)
    with open(path, "ab") as file:
        file.write(metadata(entries))
    return dict(zip(names, shapes))


def check(network, path):
    """The file against PyTorch, on two images of another size."""
    try:
        import numpy
        import onnxruntime
    except ImportError as missing:
        return f"not checked ({missing})"
    images = torch.rand(2, 3, 256, 192) * 4 - 2
    with torch.no_grad():
        expected = network(images)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    found = session.run(None, {"image": images.numpy()})
    for name, want, got in zip((output.name for output in session.get_outputs()), expected, found):
        apart = float(numpy.abs(want.numpy() - got).max() / max(1e-12, float(want.abs().max())))
        if want.shape != got.shape or not apart < 1e-3:
            raise SystemExit(
                f"{path}: {name} differs from PyTorch: {got.shape} and {tuple(want.shape)}, {apart:.2g} apart")
    return "agrees with PyTorch on two images of 192x256"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="a torchvision model (resnet18), or timm:NAME")
    parser.add_argument("--out", help="ONNX file to write (default: the model's name)")
    parser.add_argument("--opset", type=int, default=17 if torch.__version__ >= "2" else 13)
    parser.add_argument("--random-weights", action="store_true", help="fetch no pretrained weights; for trials only")
    parser.add_argument("--seed", type=int, default=0, help="of the random weights")
    args = parser.parse_args()

    torch.manual_seed(args.seed)
    name = args.model.split(":", 1)[-1]
    build = from_timm if args.model.startswith("timm:") else from_torchvision
    try:
        network, mean, std, source = build(name, not args.random_weights)
    except ImportError as missing:
        raise SystemExit(f"{missing}; pip install {missing.name}") from missing
    network.eval()
    if args.random_weights:
        randomize(network)
    path = args.out or name.replace("/", "_") + ".onnx"
    entries = {"mean": numbers(mean), "std": numbers(std), "scale": numbers([1 / 255]), "color": "rgb", "name": name,
               "source": source + (" random" if args.random_weights else "")}
    shapes = export(network, path, args.opset, {f"patchcore.{key}": value for key, value in entries.items()})
    found = ", ".join(f"{stage} {c}x{h}x{w}" for stage, (c, h, w) in shapes.items())
    print(f"{path}: {found} at {SIZE}x{SIZE}; {check(network, path)}")
    print(f"next: patchcore-edge backbone import {path} --out backbone.onnx --outputs stage2,stage3")
    return 0


if __name__ == "__main__":
    sys.exit(main())
