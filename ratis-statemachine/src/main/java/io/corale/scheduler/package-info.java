/** The pure core that decides what an owner runs next. */
@org.jspecify.annotations.NullMarked
package io.corale.scheduler;
