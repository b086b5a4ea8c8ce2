/** The composition language, compiled to an immutable tree that a pure interpreter walks. */
@org.jspecify.annotations.NullMarked
package io.corale.flow;
