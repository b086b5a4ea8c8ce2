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
    return LongStream.rangeClosed(1, Long.getLong("seeds", declared)).mapToObj(Arguments::of);
  }
}
