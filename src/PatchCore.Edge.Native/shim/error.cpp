#include <faiss/impl/FaissException.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>
#include <opencv2/core.hpp>

#include "guard.h"

namespace pce {

std::atomic<int64_t> Counted::live{0};

namespace {

// Fixed storage: an error must be told even when memory is what ran out.
thread_local char last_function[64] = "";
thread_local char last_message[2048] = "";

template <size_t Capacity>
void store(char (&buffer)[Capacity], const char* source) noexcept {
    size_t length = std::min(std::strlen(source), Capacity - 1);
    while (length > 0 && (source[length - 1] == '\n' || source[length - 1] == ' ')) --length;
    std::memcpy(buffer, source, length);
    buffer[length] = '\0';
}

}  // namespace

Status record_exception(const char* function) noexcept {
    store(last_function, function);
    try {
        // The exception itself, not a copy of a base: its own text holds function, file and line.
        std::rethrow_exception(std::current_exception());
    } catch (const Failure& failure) {
        store(last_message, failure.message.c_str());
        return failure.status;
    } catch (const cv::Exception& exception) {
        store(last_message, exception.what());
        return exception.code == cv::Error::StsNoMem ? Status::OutOfMemory : Status::OpenCv;
    } catch (const faiss::FaissException& exception) {
        store(last_message, exception.what());
        return Status::Faiss;
    } catch (const std::bad_alloc&) {
        store(last_message, "out of memory");
        return Status::OutOfMemory;
    } catch (const std::exception& exception) {
        store(last_message, exception.what());
        return Status::Other;
    } catch (...) {
        store(last_message, "unknown C++ exception");
        return Status::Other;
    }
}

}  // namespace pce

// The failed export and its message of the calling thread, UTF-8; valid until the thread's next failure.
PCE_EXPORT void pce_last_error(const char** function, const char** message) {
    *function = pce::last_function;
    *message = pce::last_message;
}

PCE_EXPORT int64_t pce_live_handles() { return pce::Counted::live.load(); }
