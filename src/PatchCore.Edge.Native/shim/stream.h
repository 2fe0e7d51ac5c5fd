// A live picture source behind one face: FFmpeg, GStreamer and V4L2. They are used directly, not by cv::VideoCapture,
// which keeps the reason of a failure to itself, waits without end on a GStreamer pipeline, and can only be told its
// options by an environment variable of the whole process.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <opencv2/core.hpp>
#include <string>

#include "guard.h"

namespace pce {

// What a read came to; StreamRead in C# is its twin.
enum class Reading : int32_t { Ended = 0, Picture = 1, Damaged = 2 };

// A wait that ends at its deadline, or at once when another thread says so.
class Patience {
  public:
    void start(int milliseconds) { deadline_ = Clock::now() + std::chrono::milliseconds(milliseconds); }
    void cancel() { canceled_ = true; }
    bool canceled() const { return canceled_; }
    bool over() const { return canceled_ || Clock::now() >= deadline_; }
    // Milliseconds until the deadline, at most `most`, so that a wait that cannot be woken looks up in time.
    int left(int most) const;

  private:
    using Clock = std::chrono::steady_clock;
    std::atomic<bool> canceled_{false};
    Clock::time_point deadline_{};
};

class Stream : Counted {
  public:
    Stream(int open_milliseconds, int read_milliseconds);
    virtual ~Stream() = default;

    // Connects and waits for the first whole picture, which the first read gives: whoever joins in the middle of a
    // stream may see fragments until its next key frame, and that is no loss.
    void open();
    // Waits for the next picture and writes it once. `microseconds` is the stream's own time of it, or -1.
    Reading read(cv::Mat& pixels, int64_t& microseconds);
    // From any thread, for good: what waits fails soon.
    void cancel() { patience_.cancel(); }

    // Frames a second and format as the stream states them; 0 and empty where it does not.
    virtual double frames_per_second() const = 0;
    virtual const std::string& format() const = 0;

  protected:
    virtual void connect() = 0;
    // Waits for a picture and keeps it; false at the end.
    virtual bool advance() = 0;
    // Whether that picture is known to be damaged before it is delivered.
    virtual bool damaged() const { return false; }
    // Writes the picture that advance() kept.
    virtual Reading deliver(cv::Mat& pixels, int64_t& microseconds) = 0;

    const Patience& patience() const { return patience_; }
    // Why the wait is over: canceled, or `what` did not come in time.
    [[noreturn]] void give_up(const char* what) const;

  private:
    Patience patience_;
    int open_milliseconds_;
    int read_milliseconds_;
    bool opened_ = false;
    bool kept_ = false;
};

// Texts that both engines use for what an RTSP server answers.
constexpr const char* unauthorized = "401 Unauthorized: the user name or password is wrong or missing";
constexpr const char* not_found = "404 Not Found: the camera has no stream of this path";
constexpr const char* no_video = "the camera offers no video";

struct RtspRequest {
    std::string url;  // with credentials, percent-encoded
    bool udp;
    int latency_milliseconds;  // how long packets are waited for that come out of order
};

// Elements by the name `source` get these properties, which need not, and must not, be in the text of the pipeline.
struct PipelineRequest {
    std::string text;
    std::string location;
    std::string user;
    std::string password;
};

std::unique_ptr<Stream> make_ffmpeg_stream(const RtspRequest& request, int open_milliseconds, int read_milliseconds);
std::unique_ptr<Stream> make_gstreamer_stream(const PipelineRequest& request, int open_milliseconds,
                                              int read_milliseconds);

}  // namespace pce
