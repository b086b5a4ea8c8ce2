package io.corale.node.provider;

import io.corale.wire.Freight;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the operator of a node allows its providers, whatever owners ask for.
 *
 * @param privateTargets hosts, addresses or CIDR blocks that are not public and that functions may
 *     be called at all the same
 * @param trustedCertificates a file of certificates in PEM that TLS trusts beside those of the Java
 *     runtime; empty: none
 * @param programs what {@code exec} may run, by name
 * @param localFunctions the names of the in-process functions that may be called
 * @param doors of nodes, as {@code host:port}, at which compositions of other owners may be run;
 *     the first is this node's own
 * @param freight where what they read otherwise than for a call's hold finds room; empty: all does
 */
public record ProviderSettings(
    List<String> privateTargets,
    String trustedCertificates,
    SortedMap<String, Program> programs,
    List<String> localFunctions,
    List<String> doors,
    Optional<Freight> freight) {
  public ProviderSettings {
    privateTargets = List.copyOf(privateTargets);
    programs = Collections.unmodifiableSortedMap(new TreeMap<>(programs));
    localFunctions = List.copyOf(localFunctions);
    doors = List.copyOf(doors);
  }

  /** The same, with the node's own door, which comes first. */
  public ProviderSettings withDoor(String own) {
    List<String> all = new ArrayList<>(List.of(own));
    all.addAll(doors);
    return new ProviderSettings(
        privateTargets, trustedCertificates, programs, localFunctions, all, freight);
  }

  /** The same, with the room that the node has. */
  public ProviderSettings within(Freight room) {
    return new ProviderSettings(
        privateTargets, trustedCertificates, programs, localFunctions, doors, Optional.of(room));
  }

  /** Of a node that is not known yet. */
  public ProviderSettings(
      List<String> privateTargets,
      String trustedCertificates,
      SortedMap<String, Program> programs,
      List<String> localFunctions,
      List<String> doors) {
    this(privateTargets, trustedCertificates, programs, localFunctions, doors, Optional.empty());
  }

  /** For a node at whose doors nothing of other owners is run. */
  public ProviderSettings(
      List<String> privateTargets,
      String trustedCertificates,
      SortedMap<String, Program> programs,
      List<String> localFunctions) {
    this(privateTargets, trustedCertificates, programs, localFunctions, List.of());
  }

  /**
   * A program on the node's machine.
   *
   * @param command path and arguments; never through a shell
   * @param timeout after which it is ended with all its children
   */
  public record Program(List<String> command, Duration timeout) {
    public Program {
      command = List.copyOf(command);
      if (command.isEmpty() || timeout.isNegative() || timeout.isZero()) {
        throw new IllegalArgumentException("a program needs a command and a positive timeout");
      }
    }
  }
}
