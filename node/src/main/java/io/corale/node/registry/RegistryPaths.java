package io.corale.node.registry;

import io.corale.model.AccountId;
import io.corale.model.CellId;
import io.corale.model.CompositionRef;
import io.corale.model.FunctionRef;
import io.corale.model.OwnerId;
import io.corale.model.SecretName;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where each record of a cluster stands.
 *
 * <pre>
 *   /corale/CLUSTER/owners/OWNER                         OwnerRecord
 *                               /accounts/ACCOUNT        AccountRecord
 *                               /secrets/NAME            SecretRecord
 *                               /compositions/NAME:VER   CompositionRecord
 *                               /functions/NAME:VER      FunctionRecord
 *                               /cells/NUMBER            BirthRecord
 *                  /tokens/HASH                          TokenRecord
 * </pre>
 */
record RegistryPaths(String cluster) {
  private static final Pattern CLUSTER = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  RegistryPaths {
    if (!CLUSTER.matcher(cluster).matches()) {
      throw new IllegalArgumentException(
          "cluster '"
              + cluster
              + "' is not a name: expected 1 to 63 lower-case letters, digits or inner hyphens");
    }
  }

  /** What must stand before anything can be entered. */
  List<String> foundations() {
    return List.of(root() + "/owners", root() + "/tokens");
  }

  String owner(OwnerId owner) {
    return root() + "/owners/" + owner;
  }

  String accounts(OwnerId owner) {
    return owner(owner) + "/accounts";
  }

  String account(OwnerId owner, AccountId account) {
    return accounts(owner) + "/" + account;
  }

  String secrets(OwnerId owner) {
    return owner(owner) + "/secrets";
  }

  String secret(OwnerId owner, SecretName secret) {
    return secrets(owner) + "/" + secret;
  }

  String compositions(OwnerId owner) {
    return owner(owner) + "/compositions";
  }

  String composition(OwnerId owner, CompositionRef composition) {
    return compositions(owner) + "/" + composition;
  }

  /** Reads back the last part of {@link #composition}. */
  static CompositionRef compositionNamed(String text) {
    int colon = text.indexOf(':');
    return new CompositionRef(text.substring(0, Math.max(colon, 0)), text.substring(colon + 1));
  }

  String functions(OwnerId owner) {
    return owner(owner) + "/functions";
  }

  String function(OwnerId owner, FunctionRef function) {
    return functions(owner) + "/" + function;
  }

  String cells(OwnerId owner) {
    return owner(owner) + "/cells";
  }

  String cell(CellId cell) {
    return cells(cell.owner()) + "/" + cell.number();
  }

  String token(String hash) {
    return root() + "/tokens/" + hash;
  }

  private String root() {
    return "/corale/" + cluster;
  }
}
