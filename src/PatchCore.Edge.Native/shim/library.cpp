// The library as a whole: its version, the engines it was built with, their threads and their logging.
#include <faiss/Index.h>
#include <omp.h>

#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>

#include "threads.h"
#include "tensor.h"

extern "C" void openblas_set_num_threads(int count);

namespace pce {

namespace {

// A service's stderr belongs to the service: what OpenCV has to say comes as an exception or not at all.
const auto silenced = cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);

// A search divides its queries among threads by itself; see index.cpp.
const auto single_threaded_products = (openblas_set_num_threads(1), true);

std::atomic<int32_t> thread_count{0};

}  // namespace

void apply_threads() {
    thread_local int32_t applied = 0;
    const int32_t count = thread_count.load(std::memory_order_relaxed);
    if (count == applied) return;
    omp_set_num_threads(count);
    applied = count;
}

}  // namespace pce

// The ABI version, a fingerprint that CMake takes, and the size of the one struct that both sides lay out.
PCE_EXPORT int32_t pce_abi_version(int32_t* tensor_layout_size) {
    if (tensor_layout_size != nullptr) *tensor_layout_size = static_cast<int32_t>(sizeof(pce::TensorLayout));
    return PCE_ABI_VERSION;
}

#define PCE_TEXT(x) #x
#define PCE_VERSION(major, minor, patch) PCE_TEXT(major) "." PCE_TEXT(minor) "." PCE_TEXT(patch)

// Versions of the engines: OpenCV's is the one loaded, FAISS is linked in.
PCE_EXPORT const char* pce_opencv_version() {
    static const std::string version = cv::getVersionString();
    return version.c_str();
}

PCE_EXPORT const char* pce_faiss_version() {
    return PCE_VERSION(FAISS_VERSION_MAJOR, FAISS_VERSION_MINOR, FAISS_VERSION_PATCH);
}

// Threads that one call may use, 1 or more; for all calls that start later, on any thread.
PCE_EXPORT int32_t pce_set_threads(int32_t count) {
    return pce::guard(__func__, [&] {
        pce::require(count >= 1 && count <= 1024, "threads must be 1 to 1024, not ", count);
        cv::setNumThreads(count);
        pce::thread_count = count;
    });
}
