# Writes INPUT's bytes as C++ arrays: cmake -DINPUT=… -DOUTPUT=… -DNAME=… [-DTEXT=1] -P Embed.cmake
file(READ ${INPUT} hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
if(TEXT)
  file(WRITE ${OUTPUT} "namespace lamina::codegen {\nextern const char ${NAME}[];\nconst char ${NAME}[] = {${bytes}0};\n}\n")
else()
  file(WRITE ${OUTPUT} "#include <cstddef>\nnamespace lamina::codegen {\nextern const unsigned char ${NAME}[];\nextern const size_t ${NAME}Size;\nalignas(16) const unsigned char ${NAME}[] = {${bytes}};\nconst size_t ${NAME}Size = sizeof ${NAME};\n}\n")
endif()
