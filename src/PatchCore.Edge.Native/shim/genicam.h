// A GenICam camera, by aravis; shared by the files of the area.
#pragma once

#include <arv.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "guard.h"

namespace pce {

struct Unref {
    void operator()(void* object) const { g_object_unref(object); }
};
struct GFree {
    void operator()(const void* memory) const { g_free(const_cast<void*>(memory)); }
};
template <class T>
using Object = std::unique_ptr<T, Unref>;
// An array that the caller frees, of strings that it does not.
using Names = std::unique_ptr<const char*, GFree>;

// What a call of aravis reports: `call(…, error.out())`, then `error.failed()`.
class CallError {
  public:
    CallError() = default;
    ~CallError() { g_clear_error(&error_); }
    CallError(const CallError&) = delete;
    CallError& operator=(const CallError&) = delete;

    GError** out() {
        g_clear_error(&error_);
        return &error_;
    }
    bool failed() const { return error_ != nullptr; }
    bool timed_out() const { return g_error_matches(error_, ARV_DEVICE_ERROR, ARV_DEVICE_ERROR_TIMEOUT); }
    const char* message() const { return error_ != nullptr ? error_->message : "no reason given"; }
    // Fails as "<pieces>: <reason>" when the call did.
    template <class... Pieces>
    void check(const Pieces&... pieces) const {
        if (failed()) fail(Status::Other, pieces..., ": ", message());
    }

  private:
    GError* error_ = nullptr;
};

struct Genicam : Counted {
    Genicam() = default;
    ~Genicam();

    ArvDevice* device() const { return arv_camera_get_device(camera.get()); }

    Object<ArvCamera> camera;
    Object<ArvStream> stream;        // while it takes pictures
    Object<ArvChunkParser> chunks;   // when pictures bring their time in a chunk
    double chunk_tick_ns = 1;        // of that time
    std::string name;                // "camera <id>", for messages
    std::string described;           // the tab-separated fields of pce_genicam_list
    std::mutex control;              // features are used by one thread at a time
    std::atomic<bool> lost{false};   // the camera does not answer any more
};

// The text that a call hands out: by thread, valid until the thread's next such call.
const char* handed_out(std::string text);

}  // namespace pce
