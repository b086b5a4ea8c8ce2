/** Fault scripts that break a real cluster and judge what it promised. */
@org.jspecify.annotations.NullMarked
package io.corale.deploy.chaos;
