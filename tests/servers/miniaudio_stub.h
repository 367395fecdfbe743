// Stands in for miniaudio.h, which Go's module archive of Ollama leaves out (it drops directories named vendor).
// Only what llama.cpp's sound decoder calls; every call says "not implemented", so that models can't listen.
#pragma once
#include <stddef.h>
#include <stdint.h>
typedef uint64_t ma_uint64;
typedef uint32_t ma_uint32;
typedef int ma_result;
enum { MA_SUCCESS = 0, MA_NOT_IMPLEMENTED = -29 };
typedef enum { ma_format_f32 = 5 } ma_format;
typedef struct { int unused; } ma_decoder_config;
typedef struct { int unused; } ma_decoder;
static inline ma_decoder_config ma_decoder_config_init(ma_format, ma_uint32, ma_uint32) { return {0}; }
static inline ma_result ma_decoder_init_memory(const void*, size_t, const ma_decoder_config*, ma_decoder*) {
  return MA_NOT_IMPLEMENTED;
}
static inline ma_result ma_decoder_get_length_in_pcm_frames(ma_decoder*, ma_uint64*) { return MA_NOT_IMPLEMENTED; }
static inline ma_result ma_decoder_read_pcm_frames(ma_decoder*, void*, ma_uint64, ma_uint64*) {
  return MA_NOT_IMPLEMENTED;
}
static inline ma_result ma_decoder_uninit(ma_decoder*) { return MA_SUCCESS; }
