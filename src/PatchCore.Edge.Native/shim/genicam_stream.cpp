// Pictures from a GenICam camera.
#include "genicam.h"

#include <algorithm>

#include "genicam_pixels.h"
#include "image.h"

namespace pce {

namespace {

// Why a picture is not whole.
const char* reason_of(ArvBufferStatus status) {
    switch (status) {
        case ARV_BUFFER_STATUS_TIMEOUT: return "packets came too late";
        case ARV_BUFFER_STATUS_MISSING_PACKETS: return "packets are missing";
        case ARV_BUFFER_STATUS_WRONG_PACKET_ID: return "packets have wrong ids";
        case ARV_BUFFER_STATUS_SIZE_MISMATCH: return "it is larger than the camera said";
        case ARV_BUFFER_STATUS_ABORTED: return "it was aborted";
        default: return "it was not filled";
    }
}

// A buffer of the stream, which goes back to it.
class Popped {
  public:
    Popped(ArvStream* stream, uint64_t wait_us)
        : stream_(stream),
          buffer_(wait_us > 0 ? arv_stream_timeout_pop_buffer(stream, wait_us) : arv_stream_try_pop_buffer(stream)) {}
    ~Popped() {
        if (buffer_ != nullptr) arv_stream_push_buffer(stream_, buffer_);
    }
    Popped(const Popped&) = delete;
    Popped& operator=(const Popped&) = delete;
    ArvBuffer* get() const { return buffer_; }

  private:
    ArvStream* stream_;
    ArvBuffer* buffer_;
};

void decode(const Genicam& camera, ArvBuffer* buffer, cv::Mat& into) {
    const std::string what = text("frame ", arv_buffer_get_frame_id(buffer), " of ", camera.name);
    const ArvBufferPayloadType payload = arv_buffer_get_payload_type(buffer);
    require(payload == ARV_BUFFER_PAYLOAD_TYPE_IMAGE || payload == ARV_BUFFER_PAYLOAD_TYPE_EXTENDED_CHUNK_DATA, what,
            " is no picture (payload type ", static_cast<int>(payload), ")");
    size_t length = 0;
    const void* data = arv_buffer_get_data(buffer, &length);  // chunks come after the picture
    const uint32_t pixels = arv_buffer_get_image_pixel_format(buffer);
    decode_camera_picture(camera_format(pixels, text("pixel format 0x", std::hex, pixels, " of ", what)),
                          arv_buffer_get_image_width(buffer), arv_buffer_get_image_height(buffer), data, length, what,
                          into);
}

int64_t time_of(const Genicam& camera, ArvBuffer* buffer) {
    if (camera.chunks == nullptr) return static_cast<int64_t>(arv_buffer_get_timestamp(buffer));
    CallError error;
    const int64_t ticks =
        arv_chunk_parser_get_integer_value(camera.chunks.get(), buffer, "ChunkTimestamp", error.out());
    error.check("frame ", arv_buffer_get_frame_id(buffer), " of ", camera.name, " brings no time of its own");
    return static_cast<int64_t>(static_cast<double>(ticks) * camera.chunk_tick_ns);
}

// Has every picture bring the time of its exposure.
void enable_time_chunk(Genicam& camera) {
    CallError error;
    ArvCamera* device = camera.camera.get();
    require(arv_camera_are_chunks_available(device, error.out()), camera.name, " has no chunks (ChunkModeActive)");
    arv_camera_set_chunks(device, "Timestamp", error.out());
    error.check(camera.name, " has no chunk Timestamp");
    camera.chunks.reset(arv_camera_create_chunk_parser(device));
    // Before version 2 of the naming convention, times counted ticks; after it, nanoseconds.
    const int64_t frequency = arv_camera_is_feature_available(device, "GevTimestampTickFrequency", error.out())
        ? arv_camera_get_integer(device, "GevTimestampTickFrequency", error.out())
        : 0;
    camera.chunk_tick_ns = !error.failed() && frequency > 0 ? 1e9 / static_cast<double>(frequency) : 1;
}

void choose_packets(Genicam& camera, int32_t packet_size) {
    ArvCamera* device = camera.camera.get();
    // A packet socket needs a capability that the service does not have; the tests shall see what the service does.
    arv_camera_gv_set_stream_options(device, ARV_GV_STREAM_OPTION_PACKET_SOCKET_DISABLED);
    arv_camera_gv_set_packet_size_adjustment(
        device, packet_size == 0 ? ARV_GV_PACKET_SIZE_ADJUSTMENT_ALWAYS : ARV_GV_PACKET_SIZE_ADJUSTMENT_NEVER);
    if (packet_size == 0) return;
    CallError error;
    arv_camera_gv_set_packet_size(device, packet_size, error.out());
    error.check("the packet size of ", camera.name, " cannot be set to ", packet_size);
}

void start(Genicam& camera, int32_t packet_size, bool resend, int32_t buffers, int64_t retention_us, bool time_chunk) {
    ArvCamera* device = camera.camera.get();
    CallError error;
    const uint32_t pixels = arv_camera_get_pixel_format(device, error.out());
    error.check("the pixel format of ", camera.name, " cannot be read");
    const char* format = arv_camera_get_pixel_format_as_string(device, error.out());
    camera_format(pixels, text("pixel format ", format != nullptr ? format : text("0x", std::hex, pixels), " of ",
                               camera.name));
    if (time_chunk) enable_time_chunk(camera);
    if (arv_camera_is_gv_device(device)) choose_packets(camera, packet_size);
    arv_camera_set_acquisition_mode(device, ARV_ACQUISITION_MODE_CONTINUOUS, error.out());
    error.check(camera.name, " cannot take pictures continuously");
    const uint32_t payload = arv_camera_get_payload(device, error.out());
    error.check("the size of a picture of ", camera.name, " cannot be read");
    Object<ArvStream> stream(arv_camera_create_stream(device, nullptr, nullptr, error.out()));
    error.check(camera.name, " gives no stream");
    if (ARV_IS_GV_STREAM(stream.get())) {
        // A socket that holds two pictures: what a camera sends in one burst must not wait for this thread to be
        // scheduled. The kernel caps it at net.core.rmem_max.
        const gint held = static_cast<gint>(std::clamp<int64_t>(int64_t{2} * payload, 1 << 20, 1 << 28));
        g_object_set(stream.get(), "packet-resend",
                     resend ? ARV_GV_STREAM_PACKET_RESEND_ALWAYS : ARV_GV_STREAM_PACKET_RESEND_NEVER, "frame-retention",
                     static_cast<guint>(retention_us), "socket-buffer", ARV_GV_STREAM_SOCKET_BUFFER_FIXED,
                     "socket-buffer-size", held, nullptr);
    }
    for (int32_t i = 0; i < buffers; ++i) arv_stream_push_buffer(stream.get(), arv_buffer_new_allocate(payload));
    arv_camera_start_acquisition(device, error.out());
    error.check(camera.name, " does not start to take pictures");
    camera.stream = std::move(stream);
}

}  // namespace
}  // namespace pce

using pce::Genicam;

// Starts to take pictures: packet size in bytes (0: the largest that arrives), whether lost packets are asked for
// again, buffers that hold pictures until they are fetched, how long an incomplete picture is waited for
// (microseconds), and whether each picture brings its time in a chunk. Packets and the wait are of GigE Vision only.
PCE_EXPORT int32_t pce_genicam_start(Genicam* camera, int32_t packet_size, int32_t resend, int32_t buffers,
                                     int64_t retention_us, int32_t time_chunk) {
    return pce::guard(__func__, [&] {
        Genicam& one = pce::checked(camera, "camera");
        pce::require(buffers > 0 && buffers <= 1024, "a stream of ", buffers, " buffers, expected 1 to 1024");
        pce::require(retention_us > 0 && retention_us <= 3600000000, "a picture is waited for ", retention_us, " us");
        const std::lock_guard<std::mutex> lock(one.control);
        pce::require(one.stream == nullptr, one.name, " takes pictures already");
        pce::start(one, packet_size, resend != 0, buffers, retention_us, time_chunk != 0);
    });
}

// Waits at most `wait_us` for the next picture. state is 0: none yet; 1: it is in `into`, with the camera's number of
// the frame (which may start over) and time in nanoseconds (0: it tells none); 2: the frame did not arrive whole,
// `reason` (static) says why; 3: the camera does not answer any more. The pixels are written once: from the stream's
// buffer into the image, converted on the way where they have to be.
PCE_EXPORT int32_t pce_genicam_read(Genicam* camera, int64_t wait_us, pce::Image* into, int32_t* state, uint64_t* frame,
                                    int64_t* time_ns, const char** reason) {
    return pce::guard(__func__, [&] {
        Genicam& one = pce::checked(camera, "camera");
        cv::Mat& pixels = pce::checked(into, "image").pixels;
        pce::require(one.stream != nullptr, one.name, " has not been started");
        *reason = "";
        const pce::Popped popped(one.stream.get(), static_cast<uint64_t>(std::max<int64_t>(0, wait_us)));
        if (popped.get() == nullptr) {
            *state = one.lost ? 3 : 0;
            return;
        }
        *frame = arv_buffer_get_frame_id(popped.get());
        const ArvBufferStatus status = arv_buffer_get_status(popped.get());
        *state = status == ARV_BUFFER_STATUS_SUCCESS ? 1 : 2;
        if (*state == 2) {
            *reason = pce::reason_of(status);
            return;
        }
        pce::decode(one, popped.get(), pixels);
        *time_ns = pce::time_of(one, popped.get());
    });
}

// Counts since the start: pictures that arrived whole, that did not, that found no free buffer; packets asked for again
// and missing (of GigE Vision only).
PCE_EXPORT int32_t pce_genicam_statistics(const Genicam* camera, uint64_t* completed, uint64_t* failed,
                                          uint64_t* underruns, uint64_t* resent, uint64_t* missing) {
    return pce::guard(__func__, [&] {
        ArvStream* stream = pce::checked(camera, "camera").stream.get();
        *completed = *failed = *underruns = *resent = *missing = 0;
        if (stream == nullptr) return;
        guint64 counts[5] = {};
        arv_stream_get_statistics(stream, &counts[0], &counts[1], &counts[2]);
        if (ARV_IS_GV_STREAM(stream)) arv_gv_stream_get_statistics(ARV_GV_STREAM(stream), &counts[3], &counts[4]);
        *completed = counts[0], *failed = counts[1], *underruns = counts[2], *resent = counts[3], *missing = counts[4];
    });
}
