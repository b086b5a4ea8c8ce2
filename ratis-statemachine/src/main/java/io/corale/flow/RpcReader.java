package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.corale.flow.AuthenticationSpec.Scheme;
import io.corale.flow.Content.Taken;
import io.corale.flow.MessageRules.Misfit;
import io.corale.flow.RpcSpec.Wanted;
import io.corale.flow.proto.MessageShape;
import io.corale.flow.proto.ProtoFailure;
import io.corale.flow.proto.ProtoFile;
import io.corale.flow.proto.ProtoMethod;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Function;

/** Reads what {@code call: grpc} stands with. */
final class RpcReader {
  private static final List<String> KEYS = List.of("proto", "service", "method", "arguments");
  private static final List<String> SERVICE_KEYS =
      List.of("name", "host", "port", "authentication");

  /** More words are no hint. */
  private static final int MAX_WORDS = 8;

  private final Findings findings;
  private final Expressions expressions;
  private final Links links;
  private final CallSecretsReader secrets;

  RpcReader(Findings findings, Expressions expressions, Links links, CallSecretsReader secrets) {
    this.secrets = secrets;
    this.findings = findings;
    this.expressions = expressions;
    this.links = links;
  }

  /** What of the composition names the method. */
  private record Named(Marked service, Marked method, Wanted wanted) {}

  /**
   * Reads {@code with}.
   *
   * @param part where it stands below a task; empty in a function
   */
  Optional<RpcSpec> read(Marked value, String where, String part, SortedSet<String> variables) {
    Optional<Marked.Fields> with = findings.object(value, where);
    if (with.isEmpty()) {
      return Optional.empty();
    }
    findings.requireKeys(with.get(), where, KEYS, Map.of());
    Optional<Marked.Fields> service =
        findings
            .required(with.get(), "service", where)
            .flatMap(each -> findings.object(each, where + ".service"));
    service.ifPresent(
        fields -> findings.requireKeys(fields, where + ".service", SERVICE_KEYS, Map.of()));
    Optional<Named> named = named(with.get(), service, where);
    Optional<Marked> proto = findings.required(with.get(), "proto", where);
    Optional<Optional<ProtoMethod>> method =
        named.isEmpty() || proto.isEmpty()
            ? Optional.empty()
            : links.read(
                proto.get(),
                where + ".proto",
                Optional.empty(),
                content -> taken(content, named.get()));
    Optional<Template> host =
        service
            .flatMap(fields -> findings.required(fields, "host", where + ".service"))
            .flatMap(
                each -> checked(each, where + ".service.host", variables, RpcRules::hostFault));
    Optional<Marked> port = service.flatMap(fields -> fields.get("port"));
    Optional<Template> portTemplate =
        port.flatMap(
            each -> checked(each, where + ".service.port", variables, RpcRules::portFault));
    Optional<CallSecrets> shown =
        service.flatMap(fields -> shown(fields, where + ".service", variables));
    Optional<Marked> arguments = with.get().get("arguments");
    Optional<Template> given =
        arguments.flatMap(
            each ->
                arguments(
                    each,
                    where + ".arguments",
                    variables,
                    method.flatMap(Function.identity()).map(ProtoMethod::input)));
    boolean isWhole =
        port.isPresent() == portTemplate.isPresent()
            && arguments.isPresent() == given.isPresent()
            && shown.isPresent();
    return named.isEmpty() || method.isEmpty() || host.isEmpty() || !isWhole
        ? Optional.empty()
        : Optional.of(
            new RpcSpec(
                part,
                named.get().wanted(),
                method.get(),
                host.get(),
                portTemplate,
                given,
                shown.get()));
  }

  /** What it shows, at once and unasked: nobody asks for more by gRPC. */
  private Optional<CallSecrets> shown(
      Marked.Fields service, String where, SortedSet<String> variables) {
    Optional<CallSecrets> shown = secrets.ofAuthentication(service, where, variables);
    if (shown.isPresent() && shown.get().scheme().equals(Optional.of(Scheme.DIGEST))) {
      findings.add(
          service.get("authentication").orElse(service),
          where + ".authentication cannot be 'digest'",
          "it answers a challenge of HTTP/1.1, and gRPC has none; use basic, bearer, oauth2 or"
              + " oidc");
      return Optional.empty();
    }
    return shown;
  }

  private Optional<Named> named(Marked.Fields with, Optional<Marked.Fields> service, String where) {
    Optional<Marked> name =
        service.flatMap(fields -> findings.required(fields, "name", where + ".service"));
    Optional<String> serviceName =
        name.flatMap(each -> findings.string(each, where + ".service.name"));
    Optional<Marked> method = findings.required(with, "method", where);
    Optional<String> methodName = method.flatMap(each -> findings.string(each, where + ".method"));
    return serviceName.isEmpty() || methodName.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Named(name.get(), method.get(), new Wanted(serviceName.get(), methodName.get())));
  }

  /** The method, and of its description what it needs. */
  private Optional<Taken<Optional<ProtoMethod>>> taken(Content content, Named named) {
    Optional<String> text = content.text();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      Optional<ProtoMethod> found = method(ProtoFile.parse(text.get()), named);
      return found.map(method -> new Taken<>(Optional.of(method), kept(method)));
    } catch (ProtoFailure e) {
      content.findings().add(e.line(), e.column(), e.reason(), e.hint());
      return Optional.empty();
    }
  }

  private static Marked kept(ProtoMethod method) {
    return new Marked.Scalar(1, 1, 0, JsonNodeFactory.instance.textNode(method.text()));
  }

  private Optional<ProtoMethod> method(ProtoFile file, Named named) throws ProtoFailure {
    Optional<String> service = file.service(named.wanted().service());
    if (service.isEmpty()) {
      findings.add(
          named.service(),
          "the description has no service '" + named.wanted().service() + "'",
          hint(named.wanted().service(), file.services()));
      return Optional.empty();
    }
    String name = named.wanted().method();
    List<String> methods = file.methods(service.get());
    if (!methods.contains(name)) {
      findings.add(
          named.method(),
          "service '" + service.get() + "' has no method '" + name + "'",
          hint(name, methods));
      return Optional.empty();
    }
    if (file.isStreaming(service.get(), name)) {
      findings.add(
          named.method(),
          "method '" + name + "' streams: only calls of one message and one answer are supported",
          "");
      return Optional.empty();
    }
    return Optional.of(file.method(service.get(), name));
  }

  private String hint(String word, List<String> others) {
    return findings.hint(
        word,
        others,
        others.isEmpty() || others.size() > MAX_WORDS
            ? ""
            : "it has: " + String.join(", ", others));
  }

  /** A value of which nothing but an expression is left to be checked when it is filled in. */
  private Optional<Template> checked(
      Marked value,
      String what,
      SortedSet<String> variables,
      Function<JsonNode, Optional<String>> fault) {
    Optional<Template> template = expressions.template(value, what, variables);
    if (template.isPresent() && !(template.get() instanceof Template.Computed)) {
      Optional<String> found = fault.apply(value.value());
      if (found.isPresent()) {
        findings.add(value, what + " " + found.get() + ", found " + value.kind(), "");
        return Optional.empty();
      }
      return Optional.of(new Template.Literal(value.value()));
    }
    return template;
  }

  private Optional<Template> arguments(
      Marked value, String what, SortedSet<String> variables, Optional<MessageShape> shape) {
    Optional<Template> template = expressions.template(value, what, variables);
    boolean isObject = value instanceof Marked.Fields || template.isEmpty();
    if (!isObject && !(template.get() instanceof Template.Computed)) {
      findings.add(value, what + " must be an object, found " + value.kind(), "");
      return Optional.empty();
    }
    Optional<Misfit> misfit =
        template.flatMap(each -> shape.flatMap(known -> MessageRules.misfit(known, each)));
    if (misfit.isEmpty()) {
      return template;
    }
    report(value, misfit.get());
    return Optional.empty();
  }

  private void report(Marked arguments, Misfit misfit) {
    String hint = misfit.slip().isEmpty() ? "" : hint(misfit.slip(), misfit.words());
    Marked at = arguments;
    for (int i = 0; i < misfit.path().size(); i++) {
      String step = misfit.path().get(i);
      if (at instanceof Marked.Items items) {
        at = items.items().get(Integer.parseInt(step));
      } else {
        Marked.Field field = ((Marked.Fields) at).field(step).orElseThrow();
        if (misfit.isOfKey() && i == misfit.path().size() - 1) {
          findings.add(field, misfit.reason(), hint);
          return;
        }
        at = field.value();
      }
    }
    findings.add(at, misfit.reason(), hint);
  }
}
