// The grammar of .lam files. Lexical rules that need a look at the neighbours are in Tokens.cpp: a `<`
// that touches the name before it becomes OPEN, and NUMBER takes a following `epochs` or `steps`.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
grammar Lamina;

tokens { OPEN }

file    : (DOC | use | decl)* EOF ;
// One expression, for an instantiation that is given on the command line.
single  : expr EOF ;

use     : 'import' ID ('.' word)* ;
decl    : note* ( fnDecl | letStmt | blockDecl | modelDecl | trainDecl | testDecl ) ;
fnDecl    : 'fn' ID '(' ids? ')' '=' expr ;
blockDecl : 'block' ID formals? inputs '->' outputs body ;
modelDecl : 'model' ID ( '=' expr | formals? inputs '->' outputs body ) ;
trainDecl : 'train' ID (ID expr)? body ;
testDecl  : 'test' STRING body ;

note    : '@' ID args? ;
formals : OPEN (formalPair (',' formalPair)* ','?)? '>' ;
formalPair : formal ('->' formal)? ;
formal  : ('axis' | 'axes') ID ('=' ID)? | ID (':' kind)? ('=' sum)? ;
kind    : '[' kind ']' | 'fn' | 'block' | ID | ELEM ;
inputs  : '(' (input (',' input)* ','?)? ')' ;
input   : 'shared'? ID ':' type ('=' 'none')? ;
outputs : type | '(' output (',' output)* ','? ')' ;
output  : (ID ':')? type ;
type    : 'sparse'? ELEM? '[' (axis (',' axis)* ','?)? ']' | ELEM ;
axis    : '..' | ID (':' '<='? sum)? ;

// A `return` or `backward` that is not last parses, so that the error can say so.
body     : '{' (stmt ','? | give | backward)* '}' ;
give     : 'return' expr (',' expr)* ','? ;
backward : 'backward' '(' ids ')' '{' (cotangent ','?)* '}' ;
cotangent : ID ':' expr ;

stmt    : DOC
        | note* ( layerStmt | paramStmt | stateStmt | letStmt | tapStmt | emitStmt | repeatStmt
                | forStmt | branch | scanStmt | assertStmt | bindStmt | updateStmt | settingStmt ) ;
layerStmt   : 'frozen'? 'layer' ID '=' expr ('each' ID ':' sum)? ;
paramStmt   : 'frozen'? 'param' ID (':' type)? ('=' expr)? ;
stateStmt   : 'state' ID ':' type '=' expr ;
letStmt     : 'let' ID (':' type)? '=' expr ;
tapStmt     : 'tap' ID '=' expr ;
emitStmt    : 'emit' ID '=' expr ;
repeatStmt  : 'repeat' (ID 'in')? expr 'as' ID body ;
forStmt     : 'for' ids 'in' expr body ;
branch      : 'if' expr body ('else' (branch | body))? ;
scanStmt    : 'scan' sargs '(' expr (',' expr)* ')' body ;
assertStmt  : 'assert' expr ;
bindStmt    : (ids | 'model') (':' type)? '=' expr ;
updateStmt  : path index? '<' '-' expr ;
settingStmt : (ID | 'objective') ( path '=' expr | (ID | NUMBER | STRING (',' STRING)*)? body ) ;

ids     : ID (',' ID)* ;
path    : ID ('.' word)* ;

expr    : conditional | pipe ;
conditional : 'if' expr 'then' expr 'else' expr ;
pipe    : any ('|>' postfix)* ;
any     : all ('or' all)* ;
all     : test ('and' test)* ;
test    : 'not' test | range (('==' | '!=' | '<=' | '>=' | '<' | '>') range)? ;
range   : sum ('..' sum)? ;
sum     : prod (('+' | '-') prod)* ;
prod    : unary (('*' | '/' | '//' | '%') unary)* ;
unary   : '-' unary | postfix ('**' unary)? ;
postfix : primary link* ;
link    : args | index | '.' word sargs? ;
primary : NUMBER | STRING | 'true' | 'false' | 'none' | name | list | tuple ;
name    : (ID | ELEM) sargs? ;
list    : '[' (expr ('for' ids 'in' expr ('if' expr)? | (',' expr)*) ','?)? ']' ;
tuple   : '(' (item (',' item)* ','?)? ')' ;
item    : ID ':' expr | expr ;
args    : '(' (arg (',' arg)* ','?)? ')' ;
arg     : pattern | word ('=' | ':') expr | expr ;
index   : '[' part (',' part)* ']' ;
sargs   : OPEN (sargPair (',' sargPair)* ','?)? '>' ;
sargPair : sarg ('->' sarg)? ;
sarg    : ID ('=' | ':') sum | part ;
part    : sum ('..' sum?)? | '..' sum? ;
pattern : cells '->' cells ;
cells   : '[' (cell (',' cell)* ','?)? ']' ;
cell    : ID (':' '(' ID* ')')? ;
word    : ID | 'model' | 'block' | 'objective' | 'train' | 'test' | 'state' | 'param' | 'layer' | 'fn'
        | 'shared' | 'none' | 'emit' | 'tap' | 'backward' | 'scan' | 'each' | 'axis' ;

K_IMPORT : 'import' ;
K_FN : 'fn' ;
K_LET : 'let' ;
K_BLOCK : 'block' ;
K_MODEL : 'model' ;
K_TRAIN : 'train' ;
K_TEST : 'test' ;
K_AXIS : 'axis' ;
K_AXES : 'axes' ;
K_SHARED : 'shared' ;
K_SPARSE : 'sparse' ;
K_NONE : 'none' ;
K_TRUE : 'true' ;
K_FALSE : 'false' ;
K_RETURN : 'return' ;
K_BACKWARD : 'backward' ;
K_FROZEN : 'frozen' ;
K_LAYER : 'layer' ;
K_PARAM : 'param' ;
K_STATE : 'state' ;
K_TAP : 'tap' ;
K_EMIT : 'emit' ;
K_REPEAT : 'repeat' ;
K_FOR : 'for' ;
K_IN : 'in' ;
K_AS : 'as' ;
K_IF : 'if' ;
K_THEN : 'then' ;
K_ELSE : 'else' ;
K_SCAN : 'scan' ;
K_EACH : 'each' ;
K_ASSERT : 'assert' ;
K_OBJECTIVE : 'objective' ;
K_AND : 'and' ;
K_OR : 'or' ;
K_NOT : 'not' ;

ELEM : 'f32' | 'f64' | 'bf16' | 'f16' | 'i8' | 'u8' | 'i32' | 'i64' | 'bool' ;
ID : [A-Za-z_] [A-Za-z0-9_]* ;
NUMBER : [0-9]+ ('.' [0-9]+)? ([eE] [+-]? [0-9]+)? ;
STRING : '"' (~["\\\r\n] | '\\' ~[\r\n])* '"' ;
OPEN_STRING : '"' (~["\\\r\n] | '\\' ~[\r\n])* ;

ARROW : '->' ;
PIPE : '|>' ;
DOTS : '..' ;
POWER : '**' ;
FLOORDIV : '//' ;
EQ : '==' ;
NE : '!=' ;
LE : '<=' ;
GE : '>=' ;
LT : '<' ;
GT : '>' ;
ASSIGN : '=' ;
COLON : ':' ;
COMMA : ',' ;
DOT : '.' ;
PLUS : '+' ;
MINUS : '-' ;
STAR : '*' ;
SLASH : '/' ;
PERCENT : '%' ;
AT : '@' ;
LPAREN : '(' ;
RPAREN : ')' ;
LBRACKET : '[' ;
RBRACKET : ']' ;
LBRACE : '{' ;
RBRACE : '}' ;

DOC : '///' ~[\r\n]* ;
COMMENT : '#' ~[\r\n]* -> channel(HIDDEN) ;
BLANK : [ \t\r\n]+ -> skip ;
// Never an error of the lexer: Tokens.cpp says what is wrong with it.
STRAY : . ;
