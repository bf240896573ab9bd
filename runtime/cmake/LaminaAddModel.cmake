# lamina_add_model(): a network as a CMake library.

# lamina_add_model(TARGET FILE.lam
#                  [MODEL EXPRESSION] [WEIGHTS FILE] [MAP FILE.map] [EMBED_WEIGHTS]
#                  [TRIPLE TRIPLE] [CPU CPU] [THREADS none|omp] [DEPENDS FILE…])
#
# Compiles the model and makes a static library TARGET of its object; who links TARGET can include <TARGET.h>.
# FILE.lam, WEIGHTS and MAP are watched; name further imported files under DEPENDS.
function(lamina_add_model target file)
  cmake_parse_arguments(PARSE_ARGV 2 ARG "EMBED_WEIGHTS" "MODEL;WEIGHTS;MAP;TRIPLE;CPU;THREADS" "DEPENDS")
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "lamina_add_model(${target}): unknown argument '${ARG_UNPARSED_ARGUMENTS}'")
  endif()
  if(ARG_EMBED_WEIGHTS AND NOT ARG_WEIGHTS)
    message(FATAL_ERROR "lamina_add_model(${target}): EMBED_WEIGHTS needs WEIGHTS")
  endif()

  get_filename_component(source "${file}" ABSOLUTE)
  set(watched "${source}")
  set(options)
  foreach(path WEIGHTS MAP)
    if(ARG_${path})
      get_filename_component(absolute "${ARG_${path}}" ABSOLUTE)
      string(TOLOWER ${path} option)
      list(APPEND options "--${option}=${absolute}")
      list(APPEND watched "${absolute}")
    endif()
  endforeach()
  foreach(pair MODEL=model TRIPLE=target CPU=mcpu THREADS=threads)
    string(REPLACE "=" ";" pair ${pair})
    list(GET pair 0 argument)
    list(GET pair 1 option)
    if(ARG_${argument})
      list(APPEND options "--${option}=${ARG_${argument}}")
    endif()
  endforeach()
  if(ARG_EMBED_WEIGHTS)
    list(APPEND options --embed-weights)
  endif()

  set(folder "${CMAKE_CURRENT_BINARY_DIR}/${target}.lamina")
  file(MAKE_DIRECTORY "${folder}")
  add_custom_command(
    OUTPUT "${folder}/${target}.o" "${folder}/${target}.h"
    COMMAND Lamina::lamina compile "${source}" ${options} -o "${folder}/${target}.o"
    DEPENDS ${watched} ${ARG_DEPENDS} Lamina::lamina
    COMMENT "Compiling ${file} with Lamina" VERBATIM)
  add_library(${target} STATIC "${folder}/${target}.o" "${folder}/${target}.h")
  set_source_files_properties("${folder}/${target}.o" PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
  set_target_properties(${target} PROPERTIES LINKER_LANGUAGE C)
  target_include_directories(${target} INTERFACE "${folder}")
  if(UNIX)
    target_link_libraries(${target} INTERFACE m)
  endif()
  if(ARG_THREADS STREQUAL "omp")
    target_link_libraries(${target} INTERFACE omp)
  endif()
endfunction()
