package io.corale.deploy.demo;

import java.time.Duration;

/** The two compositions of the demo, and the numbers that they share with those who judge them. */
final class Story {
  static final String OWNER = "demo";
  static final int PICTURES = 60;

  /** The provider's own limit as well as the account's: above it, the provider answers 429. */
  static final int CHEAP_LIMIT = 4;

  static final int FAST_LIMIT = 8;

  /** Of one label in acts 1 and 2. */
  static final Duration SHORT = Duration.ofMillis(100);

  /** Of one label in act 3: long enough that a kill meets running calls. */
  static final Duration LONG = Duration.ofMillis(300);

  private Story() {}

  /** Where the recorder runs a label; it ends what outlives the timeout, as providers do. */
  static String path(String function, Duration latency) {
    return "/" + function + "?latency=" + latency + "&limit=" + CHEAP_LIMIT + "&timeout=PT2S";
  }

  /** One label. */
  static String label() {
    return """
    document: {dsl: '1.0.3', namespace: demo, name: label, version: 1.0.0}
    use:
      functions:
        label:
    %sdo:
      - named: {call: label, with: {picture: '${ .picture }'}}
    """
        .formatted(cheap(SHORT));
  }

  /** A picture in; its thumbnail and its label, made side by side, out. */
  static String picture() {
    return """
    document: {dsl: '1.0.3', namespace: demo, name: picture, version: 1.0.0}
    use:
      functions:
        thumbnail:
          call: faas
          with:
            retry: {attempts: 5, delay: PT0.1S}
            implementations:
              - {id: fast, account: fast, timeout: PT3S, expected: PT0.1S, function: thumbnail}
        label:
    %sdo:
      - both:
          fork:
            branches:
              - small: {call: thumbnail, with: {picture: '${ .picture }'}}
              - named: {call: label, with: {picture: '${ .picture }'}}
          output:
            as: '${ {picture: $input.picture, png: .[0].png, label: .[1].label} }'
    """
        .formatted(cheap(LONG));
  }

  private static String cheap(Duration latency) {
    return """
          call: faas
          with:
            retry: {attempts: 5, delay: PT0.1S}
            implementations:
              - {id: cheap, account: cheap, timeout: PT2S, expected: %s, path: '%s'}
    """
        .formatted(latency, path("label", latency))
        .indent(4);
  }
}
