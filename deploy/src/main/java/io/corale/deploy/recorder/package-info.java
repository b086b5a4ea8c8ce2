/** A provider of functions that remembers every execution, to judge Corale by. */
@org.jspecify.annotations.NullMarked
package io.corale.deploy.recorder;
