// Files with errors that name the path and the reason, which neither OpenCV nor FAISS gives.
#pragma once

#include <cstddef>
#include <string>

#include "guard.h"

namespace pce {

class InputFile {
  public:
    // `what` goes into messages: "cannot read <what> '<path>': <reason>".
    InputFile(const char* path, const char* what);
    ~InputFile();
    InputFile(const InputFile&) = delete;
    InputFile& operator=(const InputFile&) = delete;

    size_t size() const { return size_; }
    const char* path() const { return path_; }
    // Reads up to `length` bytes; fewer only at the end of the file.
    size_t read(void* into, size_t length);

  private:
    const char* path_;
    const char* what_;
    int descriptor_;
    size_t size_ = 0;
};

class OutputFile {
  public:
    OutputFile(const char* path, const char* what);
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    void write(const void* from, size_t length);
    // Reports what the operating system kept back until now, as a full network disk does.
    void close();

  private:
    const char* path_;
    const char* what_;
    int descriptor_;
};

}  // namespace pce
