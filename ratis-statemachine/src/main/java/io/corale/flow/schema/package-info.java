/** JSON Schema, compiled to rules that say what is wrong with a value and always come to an end. */
@org.jspecify.annotations.NullMarked
package io.corale.flow.schema;
