#include "file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace pce {

namespace {

[[noreturn]] void fail_file(const char* verb, const char* what, const char* path, int error) {
    fail(Status::File, "cannot ", verb, " ", what, " '", path, "': ", std::strerror(error));
}

int open_file(const char* verb, const char* what, const char* path, int flags) {
    require(path != nullptr && *path != '\0', "the path of the ", what, " is empty");
    const int descriptor = ::open(path, flags | O_CLOEXEC, 0666);
    if (descriptor < 0) fail_file(verb, what, path, errno);
    return descriptor;
}

}  // namespace

InputFile::InputFile(const char* path, const char* what)
    : path_(path), what_(what), descriptor_(open_file("read", what, path, O_RDONLY)) {
    struct stat status {};
    const int error = ::fstat(descriptor_, &status) != 0 ? errno : S_ISDIR(status.st_mode) ? EISDIR : 0;
    if (error != 0) {
        ::close(descriptor_);
        fail_file("read", what_, path_, error);
    }
    size_ = static_cast<size_t>(status.st_size);
}

InputFile::~InputFile() { ::close(descriptor_); }

size_t InputFile::read(void* into, size_t length) {
    size_t done = 0;
    while (done < length) {
        const ssize_t count = ::read(descriptor_, static_cast<char*>(into) + done, length - done);
        if (count == 0) break;
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail_file("read", what_, path_, errno);
        done += static_cast<size_t>(count);
    }
    return done;
}

OutputFile::OutputFile(const char* path, const char* what)
    : path_(path), what_(what), descriptor_(open_file("write", what, path, O_WRONLY | O_CREAT | O_TRUNC)) {}

OutputFile::~OutputFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

void OutputFile::write(const void* from, size_t length) {
    size_t done = 0;
    while (done < length) {
        const ssize_t count = ::write(descriptor_, static_cast<const char*>(from) + done, length - done);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail_file("write", what_, path_, errno);
        done += static_cast<size_t>(count);
    }
}

void OutputFile::close() {
    const int result = ::close(descriptor_);
    descriptor_ = -1;
    if (result != 0) fail_file("write", what_, path_, errno);
}

}  // namespace pce
