/** The generated wire types with the translations between them and the model's values. */
@org.jspecify.annotations.NullMarked
package io.corale.wire;
