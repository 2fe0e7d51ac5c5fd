#include <memory>
#include <opencv2/videoio.hpp>
#include <string>

#include "file.h"
#include "image.h"

namespace pce {

struct Video : Counted {
    cv::VideoCapture capture;
    std::string path;
    bool any = false;  // whether a frame has come out
};

}  // namespace pce

using pce::Video;

// Opens a video file or, by a URL, a stream.
PCE_EXPORT int32_t pce_video_open(const char* path, Video** out) {
    return pce::guard(__func__, [&] {
        pce::require(path != nullptr && *path != '\0', "the path of the video is empty");
        if (std::string(path).find("://") == std::string::npos) pce::InputFile(path, "video");  // for the reason
        auto video = std::make_unique<Video>();
        if (!video->capture.open(path))
            pce::fail(pce::Status::File, "cannot open video '", path, "': damaged, or not a format that is known here");
        video->path = path;
        *out = video.release();
    });
}

PCE_EXPORT void pce_video_free(Video* video) { delete video; }

// The rate in frames a second and the number of frames; 0 where the container does not tell.
PCE_EXPORT int32_t pce_video_describe(const Video* video, double* frames_per_second, int64_t* frame_count) {
    return pce::guard(__func__, [&] {
        const cv::VideoCapture& capture = pce::checked(video, "video").capture;
        const double count = capture.get(cv::CAP_PROP_FRAME_COUNT);
        *frames_per_second = capture.get(cv::CAP_PROP_FPS);
        *frame_count = count > 0 ? static_cast<int64_t>(count) : 0;
    });
}

// Decodes the next frame into `into`, reusing its buffer. read is 0 and the image empty at the end; a file that ends
// before its first frame is damaged, for FFmpeg opens many a thing that it cannot decode.
PCE_EXPORT int32_t pce_video_read(Video* video, pce::Image* into, int32_t* read) {
    return pce::guard(__func__, [&] {
        Video& source = pce::checked(video, "video");
        cv::Mat& pixels = pce::checked(into, "image").pixels;
        *read = source.capture.read(pixels) && !pixels.empty() ? 1 : 0;
        if (*read != 0) {
            pce::require_supported(pixels);
            source.any = true;
            return;
        }
        pixels.release();
        if (!source.any)
            pce::fail(pce::Status::File, "cannot read video '", source.path, "': not one frame of it can be decoded");
    });
}
