// What every export is made of: the status codes, the guard that keeps C++ exceptions inside, and handle checks.
#pragma once

#include <atomic>
#include <cstdint>
#include <sstream>
#include <string>

#define PCE_EXPORT extern "C" __attribute__((visibility("default")))

namespace pce {

// Mirrored by NativeErrorCode in C#.
enum class Status : int32_t { Ok = 0, Argument = 1, File = 2, OpenCv = 3, Faiss = 4, OutOfMemory = 5, Other = 6 };

// A failure that this library finds itself; the message is for a person and names what was found.
struct Failure {
    Status status;
    std::string message;
};

template <class... Pieces>
std::string text(const Pieces&... pieces) {
    std::ostringstream stream;
    (stream << ... << pieces);
    return stream.str();
}

template <class... Pieces>
[[noreturn]] void fail(Status status, const Pieces&... pieces) {
    throw Failure{status, text(pieces...)};
}

// Refuses an argument; FAISS and OpenCV must never see it, for some of their own checks abort the process.
template <class... Pieces>
void require(bool condition, const Pieces&... pieces) {
    if (!condition) fail(Status::Argument, pieces...);
}

// Turns the exception in flight into a status and the calling thread's message. Never allocates.
Status record_exception(const char* function) noexcept;

// Runs the body of the export named `function`; no exception leaves it.
template <class Body>
int32_t guard(const char* function, Body&& body) noexcept {
    try {
        body();
        return static_cast<int32_t>(Status::Ok);
    } catch (...) {
        return static_cast<int32_t>(record_exception(function));
    }
}

// Base of everything handed out as a handle: pce_live_handles counts them.
struct Counted {
    static std::atomic<int64_t> live;
    Counted() noexcept { ++live; }
    ~Counted() { --live; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
};

template <class T>
T& checked(T* pointer, const char* what) {
    require(pointer != nullptr, what, " is null");
    return *pointer;
}

}  // namespace pce
