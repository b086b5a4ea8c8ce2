package io.corale.sim;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

/**
 * Runs a test method, which takes {@code long seed}, once for each seed from 1 to {@link #value}.
 * {@code -Dseed=N} replays seed N alone, {@code -Dseeds=N} runs N of them, {@code -Dseeds=M-N}
 * those from M to N.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "seed {0}")
@ArgumentsSource(SeedSource.class)
public @interface Seeds {
  /** How many seeds the unit build tries. */
  int value();
}
