package io.corale.sim;

import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.AnnotationConsumer;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** Reads which seeds a {@link Seeds} test runs, from the annotation or the command line. */
final class SeedSource implements ArgumentsProvider, AnnotationConsumer<Seeds> {
  private int declared;

  @Override
  public void accept(Seeds seeds) {
    declared = seeds.value();
  }

  @Override
  public Stream<? extends Arguments> provideArguments(
      ParameterDeclarations parameters, ExtensionContext context) {
    Long only = Long.getLong("seed");
    if (only != null) {
      return Stream.of(Arguments.of(only));
    }
    String[] seeds = System.getProperty("seeds", "1-" + declared).split("-", 2);
    long first = seeds.length > 1 ? Long.parseLong(seeds[0]) : 1;
    long last = Long.parseLong(seeds[seeds.length - 1]);
    return LongStream.rangeClosed(first, last).mapToObj(Arguments::of);
  }
}
