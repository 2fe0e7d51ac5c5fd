#!/usr/bin/python3
"""An RTSP camera on loopback that shows 100 % color bars in H.264; prints its port, ends when its input does.

Needs the packages gir1.2-gst-rtsp-server-1.0, gstreamer1.0-plugins-good and gstreamer1.0-plugins-ugly.
"""
import argparse
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("--port", default="0", help="0 takes a free one")
options.add_argument("--path", default="/line")
options.add_argument("--rate", type=int, default=25, help="frames a second")
options.add_argument("--auth", choices=["none", "basic", "digest"], default="none")
options.add_argument("--user", default="")
options.add_argument("--password", default="")
options.add_argument("--stream", choices=["h264", "jpeg", "sound"], default="h264")
arguments = options.parse_args()

Gst.init(None)
bars = "videotestsrc is-live=true pattern=smpte100 ! video/x-raw,format=I420,width=320,height=240,framerate={rate}/1"
streams = {
    "h264": bars + " ! x264enc tune=zerolatency speed-preset=ultrafast bitrate=2000 key-int-max={rate}"
    " ! rtph264pay name=pay0",
    # By way of RGB, for JPEG is of full range and a conversion of range alone is skipped.
    "jpeg": bars.replace("I420", "RGB")
    + " ! videoconvert ! video/x-raw,format=I420,colorimetry=1:4:0:0 ! jpegenc ! rtpjpegpay name=pay0",
    "sound": "audiotestsrc is-live=true ! mulawenc ! rtppcmupay name=pay0",
}
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch("( " + streams[arguments.stream].format(rate=arguments.rate) + " )")
factory.set_shared(True)

server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(arguments.port)
if arguments.auth != "none":
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    if arguments.auth == "basic":
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.BASIC)
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(arguments.user, arguments.password), token)
    else:
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(arguments.user, arguments.password, token)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_permission_for_role("viewer", "media.factory.access", True)
    permissions.add_permission_for_role("viewer", "media.factory.construct", True)
    factory.set_permissions(permissions)
server.get_mount_points().add_factory(arguments.path, factory)

loop = GLib.MainLoop()
if server.attach(None) == 0:
    sys.exit(f"the port {arguments.port} is taken")
# Whoever started this may die without a word; then its end of the pipe closes.
GLib.io_add_watch(sys.stdin.fileno(), GLib.PRIORITY_DEFAULT, GLib.IOCondition.HUP, lambda *_: loop.quit())
print(server.get_bound_port(), flush=True)
loop.run()
