#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <gst/video/video.h>

#include <cstring>
#include <mutex>
#include <string>

#include "image.h"
#include "stream.h"

namespace pce {
namespace {

constexpr int slice_milliseconds = 50;  // how long a wait goes on before it looks up

template <class T, void (*Free)(T*)>
struct Freer {
    void operator()(T* pointer) const { Free(pointer); }
};

void unref_object(GstElement* element) { gst_object_unref(element); }
void unref_bus(GstBus* bus) { gst_object_unref(bus); }
void unref_sample(GstSample* sample) { gst_sample_unref(sample); }
void unref_caps(GstCaps* caps) { gst_caps_unref(caps); }
void unref_message(GstMessage* message) { gst_message_unref(message); }
void stop_pipeline(GstElement* pipeline) {
    gst_element_set_state(pipeline, GST_STATE_NULL);
    gst_object_unref(pipeline);
}

using Element = std::unique_ptr<GstElement, Freer<GstElement, unref_object>>;
using Message = std::unique_ptr<GstMessage, Freer<GstMessage, unref_message>>;
using Caps = std::unique_ptr<GstCaps, Freer<GstCaps, unref_caps>>;

struct Error {
    GError* error = nullptr;
    gchar* details = nullptr;
    ~Error() {
        g_clear_error(&error);
        g_free(details);
    }
};

void initialize() {
    static std::once_flag once;
    std::call_once(once, [] {
        Error error;
        if (!gst_init_check(nullptr, nullptr, &error.error))
            fail(Status::File, "GStreamer does not start: ", error.error->message);
    });
}

class GStreamerStream final : public Stream {
  public:
    GStreamerStream(const PipelineRequest& request, int open_milliseconds, int read_milliseconds)
        : Stream(open_milliseconds, read_milliseconds), request_(request) {
        require(!request.text.empty(), "the text of the pipeline is empty");
    }

    double frames_per_second() const override { return frames_per_second_; }
    const std::string& format() const override { return format_name_; }

  protected:
    void connect() override {
        initialize();
        Error error;
        GstElement* pipeline =
            gst_parse_launch_full(request_.text.c_str(), nullptr, GST_PARSE_FLAG_FATAL_ERRORS, &error.error);
        if (error.error != nullptr) {
            if (pipeline != nullptr) gst_object_unref(pipeline);
            fail(Status::File, error.error->message);
        }
        pipeline_.reset(GST_ELEMENT(gst_object_ref_sink(pipeline)));
        if (!GST_IS_BIN(pipeline)) fail(Status::File, "it is a single element, expected a source ! … ! appsink");
        sink_ = find_sink();
        give_source_its_place();
        accept_known_pixels();
        bus_.reset(gst_element_get_bus(pipeline));
        const GstStateChangeReturn paused = gst_element_set_state(pipeline, GST_STATE_PAUSED);
        live_ = paused == GST_STATE_CHANGE_NO_PREROLL;  // only on the way to PAUSED does a pipeline tell
        if (paused == GST_STATE_CHANGE_FAILURE ||
            gst_element_set_state(pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE) {
            refuse_error();
            fail(Status::File, "the pipeline does not start");
        }
    }

    bool advance() override {
        while (true) {
            sample_.reset(gst_app_sink_try_pull_sample(
                GST_APP_SINK(sink_.get()),
                static_cast<GstClockTime>(patience().left(slice_milliseconds)) * GST_MSECOND));
            if (sample_) return true;
            refuse_error();
            if (gst_app_sink_is_eos(GST_APP_SINK(sink_.get()))) {
                if (live_) fail(Status::File, "the live pipeline came to its end");  // a camera has none
                return false;
            }
            if (patience().over()) give_up("picture");
        }
    }

    bool damaged() const override {
        GstBuffer* buffer = gst_sample_get_buffer(sample_.get());
        return buffer != nullptr && GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_CORRUPTED);
    }

    Reading deliver(cv::Mat& pixels, int64_t& microseconds) override {
        GstBuffer* buffer = gst_sample_get_buffer(sample_.get());
        GstCaps* caps = gst_sample_get_caps(sample_.get());
        GstVideoInfo info;
        if (buffer == nullptr || caps == nullptr || !gst_video_info_from_caps(&info, caps))
            fail(Status::File, "the pipeline gives no pictures, expected video/x-raw at its appsink");
        if (GST_BUFFER_PTS_IS_VALID(buffer)) microseconds = static_cast<int64_t>(GST_BUFFER_PTS(buffer) / 1000);
        format_name_ = gst_video_format_to_string(GST_VIDEO_INFO_FORMAT(&info));
        if (GST_VIDEO_INFO_FPS_D(&info) > 0)
            frames_per_second_ = static_cast<double>(GST_VIDEO_INFO_FPS_N(&info)) / GST_VIDEO_INFO_FPS_D(&info);
        if (damaged()) return Reading::Damaged;
        copy(info, buffer, pixels);
        sample_.reset();
        return Reading::Picture;
    }

  private:
    Element find_sink() const {
        GstIterator* found =
            gst_bin_iterate_all_by_element_factory_name(GST_BIN(pipeline_.get()), "appsink");
        GValue item = G_VALUE_INIT;
        Element sink;
        int count = 0;
        while (gst_iterator_next(found, &item) == GST_ITERATOR_OK) {
            ++count;
            sink.reset(GST_ELEMENT(g_value_dup_object(&item)));
            g_value_reset(&item);
        }
        g_value_unset(&item);
        gst_iterator_free(found);
        if (count != 1) fail(Status::File, "the pipeline has ", count, " appsinks, expected one");
        return sink;
    }

    void give_source_its_place() const {
        if (request_.location.empty()) return;
        const Element source(gst_bin_get_by_name(GST_BIN(pipeline_.get()), "source"));
        if (!source) fail(Status::File, "the pipeline has no element named source");
        g_object_set(source.get(), "location", request_.location.c_str(), nullptr);
        if (!request_.user.empty())
            g_object_set(source.get(), "user-id", request_.user.c_str(), "user-pw", request_.password.c_str(), nullptr);
    }

    // What an Image holds; a pipeline may ask for one of them by caps of its own.
    void accept_known_pixels() const {
        const Caps asked(gst_app_sink_get_caps(GST_APP_SINK(sink_.get())));
        if (asked && !gst_caps_is_any(asked.get())) return;
        const Caps known(gst_caps_from_string("video/x-raw, format=(string){ BGR, GRAY8, GRAY16_LE }"));
        gst_app_sink_set_caps(GST_APP_SINK(sink_.get()), known.get());
    }

    static void copy(const GstVideoInfo& info, GstBuffer* buffer, cv::Mat& pixels) {
        const GstVideoFormat format = GST_VIDEO_INFO_FORMAT(&info);
        const int type = format == GST_VIDEO_FORMAT_BGR         ? CV_8UC3
                         : format == GST_VIDEO_FORMAT_GRAY8     ? CV_8UC1
                         : format == GST_VIDEO_FORMAT_GRAY16_LE ? CV_16UC1
                                                                : -1;
        if (type < 0)
            fail(Status::File, "the pipeline gives pixels of ", gst_video_format_to_string(format),
                 ", expected BGR, GRAY8 or GRAY16_LE: put a videoconvert before its appsink");
        GstVideoFrame frame;
        if (!gst_video_frame_map(&frame, const_cast<GstVideoInfo*>(&info), buffer, GST_MAP_READ))
            fail(Status::File, "a picture of the pipeline cannot be read");
        const int stride = GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 0);
        const cv::Mat from(GST_VIDEO_INFO_HEIGHT(&info), GST_VIDEO_INFO_WIDTH(&info), type,
                           GST_VIDEO_FRAME_PLANE_DATA(&frame, 0), static_cast<size_t>(stride));
        try {
            from.copyTo(pixels);
        } catch (...) {
            gst_video_frame_unmap(&frame);
            throw;
        }
        gst_video_frame_unmap(&frame);
    }

    // Throws what the pipeline reported, if anything. A decoder that is missing is told in a message before the error.
    void refuse_error() {
        const auto kinds = static_cast<GstMessageType>(GST_MESSAGE_ERROR | GST_MESSAGE_ELEMENT);
        while (const Message message{gst_bus_pop_filtered(bus_.get(), kinds)}) {
            if (GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_ERROR) refuse(message.get());
            const GstStructure* structure = gst_message_get_structure(message.get());
            if (structure == nullptr || !gst_structure_has_name(structure, "missing-plugin")) continue;
            const char* kind = gst_structure_get_string(structure, "type");
            const char* name = gst_structure_get_string(structure, "name");
            missing_ = text("no ", kind == nullptr ? "plugin" : kind, " for ", name == nullptr ? "this stream" : name,
                            " is installed");
        }
    }

    [[noreturn]] void refuse(GstMessage* message) const {
        if (!missing_.empty()) fail(Status::File, missing_);
        Error error;
        gst_message_parse_error(message, &error.error, &error.details);
        const bool rtsp = !request_.location.empty();
        if (g_error_matches(error.error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED))
            fail(Status::File, unauthorized);
        if (rtsp && g_error_matches(error.error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND))
            fail(Status::File, not_found);
        // The last line of the details is the reason; those before it are a place in GStreamer's sources.
        const char* details = error.details == nullptr ? "" : error.details;
        const char* last = std::strrchr(details, '\n');
        const std::string reason = last == nullptr ? details : last + 1;
        if (reason.find("not-negotiated") != std::string::npos)
            fail(Status::File, "an element and the one after it have no format in common (not-negotiated); the appsink "
                 "takes BGR, GRAY8 or GRAY16_LE: put a videoconvert before it");
        if (rtsp && reason.find("not-linked") != std::string::npos) fail(Status::File, no_video);
        const char* name = GST_OBJECT_NAME(GST_MESSAGE_SRC(message));
        if (reason.empty() || reason == error.error->message) fail(Status::File, name, ": ", error.error->message);
        fail(Status::File, name, ": ", error.error->message, " (", reason, ")");
    }

    PipelineRequest request_;
    std::unique_ptr<GstElement, Freer<GstElement, stop_pipeline>> pipeline_;
    Element sink_;
    std::unique_ptr<GstBus, Freer<GstBus, unref_bus>> bus_;
    std::unique_ptr<GstSample, Freer<GstSample, unref_sample>> sample_;
    std::string format_name_;
    std::string missing_;
    double frames_per_second_ = 0;
    bool live_ = false;
};

}  // namespace

std::unique_ptr<Stream> make_gstreamer_stream(const PipelineRequest& request, int open_milliseconds,
                                              int read_milliseconds) {
    return std::make_unique<GStreamerStream>(request, open_milliseconds, read_milliseconds);
}

}  // namespace pce
