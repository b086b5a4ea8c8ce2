/** The small real story that {@code corale demo} tells. */
@org.jspecify.annotations.NullMarked
package io.corale.deploy.demo;
