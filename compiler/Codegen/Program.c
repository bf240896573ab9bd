/* The main program of `--emit=exe`: reads .npy inputs, runs the model, writes .npy outputs or
 * prints them. It becomes part of compiled code as bitcode, so it uses of the C library only what
 * looks alike on every 64-bit machine.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "compiler/Codegen/Program.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BAD_INPUT = 1, BAD_USAGE = 2, MAX_HEADER = 4096 };

typedef struct {
  int64_t batch; /* -1 while unknown */
  int64_t extents[LAMINA_PROGRAM_EXTENTS];
} sizes;

static const char *const descriptors[] = {"<f4", "<f8", "<V2", "<f2", "|i1",
                                          "|u1", "<i4", "<i8", "|b1"};
static const char *const type_names[] = {"f32", "f64", "bf16", "f16", "i8",
                                         "u8",  "i32", "i64",  "bool"};
static const int64_t type_bytes[] = {4, 8, 2, 2, 1, 1, 4, 8, 1};

static int complain(const char *path, const char *what) {
  fprintf(stderr, "error: %s: %s\n", path, what);
  return BAD_INPUT;
}

static void print_shape(FILE *to, const lamina_program *program, const lamina_value_info *value) {
  int32_t d;
  fprintf(to, "%s[", type_names[value->dtype]);
  for (d = 0; d < value->rank; ++d) {
    const int64_t extent = value->shape[d];
    fputs(d ? ", " : "", to);
    if (extent == LAMINA_BATCH)
      fputs("batch", to);
    else if (extent < 0)
      fputs(program->info->extents[LAMINA_EXTENT(0) - extent].name, to);
    else
      fprintf(to, "%lld", (long long)extent);
  }
  fputs("]", to);
}

static void print_help(FILE *to, const lamina_program *program) {
  const lamina_model_info *info = program->info;
  int64_t i;
  fprintf(to,
          "usage: %s INPUT.npy... [OUTPUT.npy...]\n\n%s, compiled by Lamina %s. In this order:\n",
          info->name, info->name, info->version);
  for (i = 0; i < info->num_inputs + info->num_outputs; ++i) {
    const int is_input = i < info->num_inputs;
    const lamina_value_info *value =
        is_input ? &info->inputs[i] : &info->outputs[i - info->num_inputs];
    fprintf(to, "  %s  %s  ", is_input ? "input " : "output", value->name);
    print_shape(to, program, value);
    fputs("\n", to);
  }
  fputs("'-' is standard input or output. Outputs that are not named are printed.\n", to);
}

/* Moves past `text` and the blanks after it; 0 if something else stands there. */
static int skip(const char **at, const char *text) {
  const size_t length = strlen(text);
  if (strncmp(*at, text, length) != 0)
    return 0;
  *at += length;
  while (**at == ' ')
    ++*at;
  return 1;
}

/* `(2, 3)`, `(2,)` or `()`; the rank, or -1. */
static int parse_shape(const char **at, int64_t *shape) {
  int rank = 0;
  if (!skip(at, "("))
    return -1;
  while (!skip(at, ")")) {
    int64_t extent = 0;
    const char *start = *at;
    while (**at >= '0' && **at <= '9' && extent < INT64_C(1) << 40)
      extent = extent * 10 + (*(*at)++ - '0');
    if (*at == start || rank == LAMINA_PROGRAM_RANK || (**at >= '0' && **at <= '9'))
      return -1;
    shape[rank++] = extent;
    while (**at == ' ')
      ++*at;
    if (!skip(at, ",") && **at != ')')
      return -1;
  }
  return rank;
}

/* The three keys of a header in any order; the rank, or -1 with the reason. */
static int parse_header(const char *at, const char *descriptor, int64_t *shape,
                        const char **reason) {
  int rank = -1, has_order = 0, has_type = 0;
  *reason = "its header is not that of a .npy file";
  if (!skip(&at, "{"))
    return -1;
  while (!skip(&at, "}")) {
    if (!has_type && skip(&at, "'descr':")) {
      has_type = 1;
      if (*at != '\'' || strncmp(at + 1, descriptor, 3) != 0 || at[4] != '\'') {
        *reason = "its elements are not of the type that the model takes";
        return -1;
      }
      at += 5;
    } else if (!has_order && skip(&at, "'fortran_order':")) {
      has_order = 1;
      if (skip(&at, "True")) {
        *reason = "it is in Fortran order; C order is needed";
        return -1;
      }
      if (!skip(&at, "False"))
        return -1;
    } else if (rank < 0 && skip(&at, "'shape':")) {
      rank = parse_shape(&at, shape);
      if (rank < 0)
        return -1;
    } else {
      return -1;
    }
    if (!skip(&at, ",") && *at != '}')
      return -1;
  }
  while (*at == ' ' || *at == '\n')
    ++at;
  return *at == 0 && has_type && has_order ? rank : -1;
}

/* Gives the batch and the run-time extents their values from an array's shape; 0 if it does not
 * fit. */
static int fit_shape(const lamina_program *program, const lamina_value_info *value,
                     const int64_t *shape, int rank, sizes *known) {
  const int has_batch = value->rank > 0 && value->shape[0] == LAMINA_BATCH;
  const int skipped = has_batch && rank == value->rank - 1; /* one sample, without a batch */
  int32_t d;
  if (rank + skipped != value->rank)
    return 0;
  for (d = 0; d < value->rank; ++d) {
    const int64_t wanted = value->shape[d], got = skipped ? (d ? shape[d - 1] : 1) : shape[d];
    int64_t *slot = wanted == LAMINA_BATCH ? &known->batch
                    : wanted < 0           ? &known->extents[LAMINA_EXTENT(0) - wanted]
                                           : 0;
    if (slot && *slot < 0)
      *slot = got;
    if (got != (slot ? *slot : wanted))
      return 0;
    if (wanted < LAMINA_BATCH && got > program->info->extents[LAMINA_EXTENT(0) - wanted].bound)
      return 0;
  }
  return 1;
}

/* Bytes of a value at these sizes; -1 if they cannot be counted. */
static int64_t value_bytes(const lamina_value_info *value, const sizes *known) {
  int64_t bytes = type_bytes[value->dtype];
  int32_t d;
  for (d = 0; d < value->rank; ++d) {
    const int64_t extent = value->shape[d];
    const int64_t n = extent == LAMINA_BATCH ? known->batch
                      : extent < 0           ? known->extents[LAMINA_EXTENT(0) - extent]
                                             : extent;
    if (n != 0 && bytes > INT64_MAX / 64 / n)
      return -1;
    bytes *= n;
  }
  return bytes;
}

/* At least one byte, in whole cache lines. */
static void *allocate(int64_t bytes) {
  return bytes < 0 ? 0 : aligned_alloc(64, (size_t)(bytes + 64) / 64 * 64);
}

/* The data that follow a header; null with the reason. A file with more or fewer bytes is refused.
 */
static void *read_data(FILE *file, int64_t bytes, const char **reason) {
  char *data = allocate(bytes);
  *reason = data ? "it has not as many bytes as its shape says" : "not enough memory";
  if (data && fread(data, 1, (size_t)bytes, file) == (size_t)bytes && fgetc(file) == EOF)
    return data;
  free(data);
  return 0;
}

static void *read_stream(const lamina_program *program, FILE *file, const lamina_value_info *value,
                         sizes *known, const char **reason) {
  unsigned char head[12];
  char header[MAX_HEADER + 1];
  int64_t shape[LAMINA_PROGRAM_RANK];
  size_t length;
  int rank;
  *reason = "it is not a .npy file";
  if (fread(head, 1, 10, file) != 10 || memcmp(head, "\x93NUMPY", 6) != 0 || head[6] < 1 ||
      head[6] > 3)
    return 0;
  length = head[8] | (size_t)head[9] << 8;
  if (head[6] > 1) {
    if (fread(head + 10, 1, 2, file) != 2)
      return 0;
    length |= (size_t)head[10] << 16 | (size_t)head[11] << 24;
  }
  *reason = "its header is too long or cut off";
  if (length > MAX_HEADER || fread(header, 1, length, file) != length)
    return 0;
  header[length] = 0;
  rank = parse_header(header, descriptors[value->dtype], shape, reason);
  if (rank < 0)
    return 0;
  *reason = "its shape does not fit the model";
  if (!fit_shape(program, value, shape, rank, known))
    return 0;
  return read_data(file, value_bytes(value, known), reason);
}

static void *read_input(const lamina_program *program, const char *path,
                        const lamina_value_info *value, sizes *known) {
  const int is_stdin = strcmp(path, "-") == 0;
  FILE *file = is_stdin ? stdin : fopen(path, "rb");
  const char *reason;
  void *data;
  if (!file) {
    complain(path, strerror(errno));
    return 0;
  }
  data = read_stream(program, file, value, known, &reason);
  if (!data) {
    complain(path, reason);
    fputs("note: it should be ", stderr);
    print_shape(stderr, program, value);
    fputs("\n", stderr);
  }
  if (!is_stdin)
    fclose(file);
  return data;
}

static int64_t extent_of(const lamina_value_info *value, int32_t d, const sizes *known) {
  const int64_t extent = value->shape[d];
  return extent == LAMINA_BATCH ? known->batch
         : extent < 0           ? known->extents[LAMINA_EXTENT(0) - extent]
                                : extent;
}

static int write_npy(FILE *file, const lamina_value_info *value, const void *data,
                     const sizes *known) {
  char header[MAX_HEADER];
  const int64_t bytes = value_bytes(value, known);
  int32_t d;
  int n = snprintf(header, sizeof header, "{'descr': '%s', 'fortran_order': False, 'shape': (",
                   descriptors[value->dtype]);
  for (d = 0; d < value->rank; ++d)
    n += snprintf(header + n, sizeof header - (size_t)n, "%lld%s",
                  (long long)extent_of(value, d, known),
                  d + 1 < value->rank ? ", "
                  : d == 0            ? ","
                                      : "");
  n += snprintf(header + n, sizeof header - (size_t)n, "), }");
  while ((n + 11) % 64)
    header[n++] = ' ';
  header[n++] = '\n';
  const unsigned char head[10] = {
      0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (unsigned char)n, (unsigned char)(n >> 8)};
  return fwrite(head, 1, 10, file) == 10 && fwrite(header, 1, (size_t)n, file) == (size_t)n &&
         fwrite(data, 1, (size_t)bytes, file) == (size_t)bytes;
}

static void print_element(int32_t dtype, const char *at) {
  switch (dtype) {
  case LAMINA_F32:
    printf("%.9g", *(const float *)at);
    break;
  case LAMINA_F64:
    printf("%.17g", *(const double *)at);
    break;
  case LAMINA_I64:
    printf("%lld", (long long)*(const int64_t *)at);
    break;
  case LAMINA_I32:
    printf("%d", (int)*(const int32_t *)at);
    break;
  case LAMINA_I8:
    printf("%d", *(const signed char *)at);
    break;
  case LAMINA_BF16:
  case LAMINA_F16:
    printf("0x%04x", *(const uint16_t *)at);
    break;
  default:
    printf("%u", *(const unsigned char *)at);
  }
}

/* A line for each row of the last axis. */
static void print_value(const lamina_value_info *value, const char *data, const sizes *known) {
  const int64_t size = type_bytes[value->dtype], count = value_bytes(value, known) / size;
  const int64_t width = value->rank ? extent_of(value, value->rank - 1, known) : 1;
  int64_t i;
  for (i = 0; i < count; ++i) {
    print_element(value->dtype, data + i * size);
    putchar((i + 1) % width ? ' ' : '\n');
  }
}

/* Writes beside `path` and renames, so that no half-written file is left. */
static int write_output(const char *path, const lamina_value_info *value, const void *data,
                        const sizes *known) {
  const size_t length = strlen(path);
  char *temporary = malloc(length + 9);
  FILE *file;
  int is_well, code = 0;
  if (strcmp(path, "-") == 0) {
    free(temporary);
    return write_npy(stdout, value, data, known) && fflush(stdout) == 0
               ? 0
               : complain(path, strerror(errno));
  }
  if (!temporary)
    return complain(path, "not enough memory");
  memcpy(temporary, path, length);
  memcpy(temporary + length, ".partial", 9);
  file = fopen(temporary, "wb");
  is_well = file && write_npy(file, value, data, known);
  if (file && fclose(file) != 0)
    is_well = 0;
  if (!is_well || rename(temporary, path) != 0) {
    code = complain(path, strerror(errno));
    remove(temporary);
  }
  free(temporary);
  return code;
}

/* Calls the model. `values` has room for the inputs and outputs, of which the inputs are there. */
static int call(const lamina_program *program, void **values, sizes *known) {
  const lamina_model_info *info = program->info;
  void *arguments[LAMINA_PROGRAM_VALUES + LAMINA_PROGRAM_EXTENTS + 3];
  const int64_t count = info->num_inputs + info->num_outputs;
  int64_t i;
  int status;
  arguments[0] = 0;
  for (i = 0; i < info->num_outputs; ++i) {
    values[info->num_inputs + i] = allocate(value_bytes(&info->outputs[i], known));
    if (!values[info->num_inputs + i])
      return complain(info->name, "not enough memory");
  }
  memcpy(arguments + 1, values, (size_t)count * sizeof *values);
  arguments[1 + count] = &known->batch;
  for (i = 0; i < info->num_extents; ++i)
    arguments[2 + count + i] = &known->extents[i];
  arguments[2 + count + info->num_extents] = allocate(program->workspace_bytes(known->batch));
  if (!arguments[2 + count + info->num_extents])
    return complain(info->name, "not enough memory");
  status = program->invoke(arguments);
  free(arguments[2 + count + info->num_extents]);
  return status == LAMINA_OK ? 0 : complain(info->name, lamina_status_text(status));
}

static int deliver(const lamina_program *program, int count, char **paths, void **values,
                   const sizes *known) {
  const lamina_model_info *info = program->info;
  int64_t i;
  for (i = 0; i < info->num_outputs; ++i) {
    const void *data = values[info->num_inputs + i];
    if (i < count) {
      const int code = write_output(paths[i], &info->outputs[i], data, known);
      if (code)
        return code;
    } else {
      print_value(&info->outputs[i], data, known);
    }
  }
  return fflush(stdout) == 0 ? 0 : complain("standard output", strerror(errno));
}

int lamina_program_main(int argc, char **argv, const lamina_program *program) {
  const lamina_model_info *info = program->info;
  void *values[LAMINA_PROGRAM_VALUES] = {0};
  sizes known;
  int64_t i;
  int code = 0;
  for (i = 0; i < LAMINA_PROGRAM_EXTENTS; ++i)
    known.extents[i] = -1;
  known.batch = -1;
  if (argc == 2 && strcmp(argv[1], "--help") == 0)
    return print_help(stdout, program), 0;
  if (argc - 1 < info->num_inputs || argc - 1 > info->num_inputs + info->num_outputs)
    return print_help(stderr, program), BAD_USAGE;
  for (i = 0; i < info->num_inputs && !code; ++i) {
    values[i] = read_input(program, argv[1 + i], &info->inputs[i], &known);
    code = values[i] ? 0 : BAD_INPUT;
  }
  if (known.batch < 0)
    known.batch = 1;
  if (!code)
    code = call(program, values, &known);
  if (!code)
    code = deliver(program, argc - 1 - (int)info->num_inputs, argv + 1 + info->num_inputs, values,
                   &known);
  for (i = 0; i < LAMINA_PROGRAM_VALUES; ++i)
    free(values[i]);
  return code;
}
