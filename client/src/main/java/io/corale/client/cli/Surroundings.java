package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.client.ClientBuilder;
import java.io.InputStream;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What a command finds around itself, so that tests can stand in for a process.
 *
 * @param environment the process's variables
 * @param in standard input
 * @param isTerminal whether a person watches
 * @param ask reads what a person types without showing it, after this question
 * @param connect makes the client
 */
public record Surroundings(
    Map<String, String> environment,
    InputStream in,
    boolean isTerminal,
    Function<String, Optional<char[]>> ask,
    Function<ClientBuilder, Client> connect) {
  public Surroundings {
    environment = Collections.unmodifiableMap(new TreeMap<>(environment));
  }

  /** Those where nobody can be asked. */
  public Surroundings(
      Map<String, String> environment,
      InputStream in,
      boolean isTerminal,
      Function<ClientBuilder, Client> connect) {
    this(environment, in, isTerminal, question -> Optional.empty(), connect);
  }

  /** Those of this process. */
  @SuppressWarnings("SystemConsoleNull") // From Java 22 on it needs -Djdk.console=java.base.
  public static Surroundings ofProcess() {
    return new Surroundings(
        System.getenv(),
        System.in,
        System.console() != null,
        question ->
            Optional.ofNullable(System.console())
                .map(console -> console.readPassword("%s", question)),
        ClientBuilder::build);
  }

  Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }
}
