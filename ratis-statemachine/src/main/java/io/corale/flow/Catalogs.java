package io.corale.flow;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The catalogs of {@code use}, and the addresses of the functions in them. */
final class Catalogs {
  /** The catalog of the owner, unless the composition says otherwise. */
  static final String OWN = "default";

  /** {@code name:version@catalog}. */
  private static final Pattern REFERENCE =
      Pattern.compile(
          "([A-Za-z_][A-Za-z0-9_-]{0,62}):([0-9A-Za-z.+-]{1,64})@([A-Za-z0-9_-]{1,63})");

  private static final List<String> ENDPOINT = List.of("uri");

  private final Findings findings;
  private final SortedMap<String, Optional<String>> roots = new TreeMap<>();

  Catalogs(Findings findings, Optional<Marked> value) {
    this.findings = findings;
    value
        .flatMap(present -> findings.object(present, "use.catalogs"))
        .ifPresent(fields -> fields.fields().forEach(each -> roots.put(each.key(), root(each))));
  }

  /** Whether this names a function outside of the composition. */
  static boolean isReference(String function) {
    return REFERENCE.matcher(function).matches()
        || Addresses.isOnTheWeb(function)
        || function.startsWith("file:");
  }

  /** Whether an address is that of a function of the owner's own catalog. */
  static boolean isOwn(String address) {
    Matcher named = REFERENCE.matcher(address);
    return named.matches() && named.group(3).equals(OWN);
  }

  private Optional<String> root(Marked.Field field) {
    String where = "catalog '" + field.key() + "'";
    Optional<Marked.Fields> fields = findings.object(field.value(), where);
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    findings.requireKeys(fields.get(), where, List.of("endpoint"), Map.of());
    Optional<Marked> uri = findings.required(fields.get(), "endpoint", where);
    if (uri.isPresent() && uri.get() instanceof Marked.Fields endpoint) {
      findings.requireKeys(
          endpoint, where + ".endpoint", ENDPOINT, Map.of("authentication", Links.FETCH_IT));
      uri = findings.required(endpoint, "uri", where + ".endpoint");
    }
    Optional<String> address = uri.flatMap(each -> findings.string(each, where + ".endpoint"));
    Marked at = uri.orElse(field.value());
    return address
        .flatMap(text -> checked(at, text))
        .map(text -> text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
  }

  private Optional<String> checked(Marked at, String address) {
    Optional<String> fault = Addresses.fault(address);
    fault.ifPresent(why -> findings.add(at, "the address '" + address + "' " + why, ""));
    return fault.isPresent() ? Optional.empty() : Optional.of(address);
  }

  /**
   * The address of a function that is called by a name for which {@link #isReference} holds: for
   * one of the owner's own catalog the name itself. Empty where the catalog is not known, which is
   * reported, or is wrong, which was.
   */
  Optional<String> address(Marked at, String function) {
    Matcher named = REFERENCE.matcher(function);
    if (!named.matches()) {
      return checked(at, function);
    }
    String catalog = named.group(3);
    if (roots.containsKey(catalog)) {
      String path = "/functions/" + named.group(1) + "/" + named.group(2) + "/function.yaml";
      return roots
          .getOrDefault(catalog, Optional.empty())
          .flatMap(root -> checked(at, root + path));
    }
    if (catalog.equals(OWN)) {
      return Optional.of(function);
    }
    findings.add(
        at,
        "catalog '" + catalog + "' is not in use.catalogs",
        findings.hint(
            catalog,
            roots.keySet(),
            "the owner's own is called '" + OWN + "', others stand there"));
    return Optional.empty();
  }
}
