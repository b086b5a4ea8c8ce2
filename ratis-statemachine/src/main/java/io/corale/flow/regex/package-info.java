/** Regular expressions that are measured before they are compiled. */
@org.jspecify.annotations.NullMarked
package io.corale.flow.regex;
