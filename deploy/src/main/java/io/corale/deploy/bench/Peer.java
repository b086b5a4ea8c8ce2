package io.corale.deploy.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Who can be measured beside whom, as options name them. */
enum Peer {
  CORALE,
  CORALE_HTTP,
  RESTATE,
  ZEEBE;

  /** Whether its programs must be fetched before. */
  boolean isForeign() {
    return switch (this) {
      case CORALE, CORALE_HTTP -> false;
      case RESTATE, ZEEBE -> true;
    };
  }

  /** Reads its name in an option. */
  static final class Named implements ITypeConverter<Peer> {
    @Override
    public Peer convert(String name) {
      List<Peer> all = Arrays.asList(values());
      return all.stream()
          .filter(peer -> peer.toString().equals(name))
          .findFirst()
          .orElseThrow(() -> new TypeConversionException("'" + name + "' is none of " + all));
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
