// Random access for libzip through an Input, which bounds and checks every read.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ZipSource.h"

#include <algorithm>

namespace lamina::runtime {
namespace {

struct State {
  const Input *input;
  int64_t position = 0;
  zip_error_t error = {};
};

zip_int64_t readSome(State &state, void *data, zip_uint64_t length) {
  const int64_t count = std::min<int64_t>(int64_t(std::min<zip_uint64_t>(length, INT64_MAX)),
                                          state.input->size() - state.position);
  if (!state.input->read(state.position, data, count)) {
    zip_error_set(&state.error, ZIP_ER_READ, 0);
    return -1;
  }
  state.position += count;
  return count;
}

zip_int64_t seek(State &state, void *data, zip_uint64_t length) {
  const zip_int64_t to = zip_source_seek_compute_offset(
      zip_uint64_t(state.position), zip_uint64_t(state.input->size()), data, length, &state.error);
  state.position = to < 0 ? state.position : to;
  return to < 0 ? -1 : 0;
}

zip_int64_t serve(void *user, void *data, zip_uint64_t length, zip_source_cmd_t command) {
  State &state = *static_cast<State *>(user);
  switch (command) {
  case ZIP_SOURCE_OPEN:
    state.position = 0;
    return 0;
  case ZIP_SOURCE_CLOSE:
    return 0;
  case ZIP_SOURCE_READ:
    return readSome(state, data, length);
  case ZIP_SOURCE_SEEK:
    return seek(state, data, length);
  case ZIP_SOURCE_TELL:
    return state.position;
  case ZIP_SOURCE_ERROR:
    return zip_error_to_data(&state.error, data, length);
  case ZIP_SOURCE_FREE:
    delete &state;
    return 0;
  case ZIP_SOURCE_STAT: {
    zip_stat_t *stat = static_cast<zip_stat_t *>(data);
    zip_stat_init(stat);
    stat->size = zip_uint64_t(state.input->size());
    stat->valid = ZIP_STAT_SIZE;
    return sizeof *stat;
  }
  case ZIP_SOURCE_SUPPORTS:
    return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE,
                                          ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE,
                                          ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL, -1);
  default:
    zip_error_set(&state.error, ZIP_ER_OPNOTSUPP, 0);
    return -1;
  }
}

} // namespace

Result<ZipArchive> openZip(const Input &input) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t *source = zip_source_function_create(serve, new State{&input}, &error);
  ZipArchive archive(source ? zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error)
                            : nullptr);
  if (archive)
    return archive;
  Failure failure =
      input.fail(std::string("is no readable zip archive: ") + zip_error_strerror(&error));
  zip_error_fini(&error);
  if (source)
    zip_source_free(source);
  return failure;
}

} // namespace lamina::runtime
