package io.corale.flow;

import io.corale.flow.ApiOperation.Body;
import io.corale.flow.ApiOperation.Parameter;
import io.corale.flow.ApiOperation.Place;
import io.corale.flow.ApiOperation.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Finds an operation in a document of OpenAPI 3 or Swagger 2.0, and what of the document belongs to
 * it. What else stands there is not looked at.
 */
final class ApiReader {
  /** More is no operation that a person calls. */
  static final int MAX_PARAMETERS = 100;

  /** References that lead to references. */
  private static final int MAX_STEPS = 8;

  private static final List<String> METHODS =
      List.of("get", "head", "post", "put", "patch", "delete", "options");

  private static final List<String> KEPT_OF_A_PARAMETER =
      List.of("name", "in", "required", "type", "collectionFormat", "style", "explode");
  private static final List<String> KEPT_OF_ALL =
      List.of("swagger", "openapi", "host", "basePath", "schemes", "consumes", "servers");

  private final Findings findings;
  private final Marked.Fields document;
  private final String address;
  private final boolean isSwagger;

  private ApiReader(Findings findings, Marked.Fields document, String address, boolean isSwagger) {
    this.findings = findings;
    this.document = document;
    this.address = address;
    this.isSwagger = isSwagger;
  }

  /**
   * An operation.
   *
   * @param kept a document of which nothing else is left
   */
  record Found(ApiOperation operation, Marked kept) {}

  /** A place at which an operation was found. */
  private record At(Marked.Field path, String method, Marked.Fields item, Marked.Fields fields) {}

  /**
   * Reads an operation; reports what is wrong with the document.
   *
   * @param address of the document, to which its servers may be relative
   * @param wanted where the composition names the operation
   */
  static Optional<Found> read(Marked value, String address, Wanted wanted, Findings findings) {
    Optional<Marked.Fields> document = findings.object(value, "an OpenAPI document");
    if (document.isEmpty()) {
      return Optional.empty();
    }
    String swagger = text(document.get(), "swagger");
    String openapi = text(document.get(), "openapi");
    if (!swagger.equals("2.0") && !openapi.startsWith("3.")) {
      findings.add(
          value,
          "this is no document of OpenAPI 3 or Swagger 2.0",
          "such a document has openapi: 3.x or swagger: '2.0'");
      return Optional.empty();
    }
    return new ApiReader(findings, document.get(), address, swagger.equals("2.0")).find(wanted);
  }

  /** The operation that a composition names, and who is told if there is none. */
  record Wanted(Marked at, String id, Findings findings) {}

  private static String text(Marked.Fields fields, String key) {
    return fields
        .get(key)
        .filter(value -> value.value().isValueNode())
        .map(value -> value.value().asText())
        .orElse("");
  }

  private static List<Marked.Field> fields(Optional<Marked> value) {
    return value
        .filter(Marked.Fields.class::isInstance)
        .map(present -> ((Marked.Fields) present).fields())
        .orElse(List.of());
  }

  private static List<Marked> items(Optional<Marked> value) {
    return value
        .filter(Marked.Items.class::isInstance)
        .map(present -> ((Marked.Items) present).items())
        .orElse(List.of());
  }

  private Optional<Found> find(Wanted wanted) {
    List<String> others = new ArrayList<>();
    for (Marked.Field path : fields(document.get("paths"))) {
      if (!path.key().startsWith("/")) {
        continue; // An extension of somebody's.
      }
      Optional<Marked.Fields> item = resolved(path.value());
      for (String method : METHODS) {
        Optional<Marked> operation = item.flatMap(each -> each.get(method));
        if (operation.isPresent() && operation.get() instanceof Marked.Fields fields) {
          String id = text(fields, "operationId");
          if (id.equals(wanted.id())) {
            return read(new At(path, method, item.get(), fields), id);
          }
          others.add(id);
        }
      }
    }
    wanted
        .findings()
        .add(
            wanted.at(),
            "the document has no operation '" + wanted.id() + "'",
            findings.hint(
                wanted.id(),
                others,
                others.size() <= 8 ? "it has: " + String.join(", ", others) : ""));
    return Optional.empty();
  }

  private Optional<Found> read(At at, String id) {
    Optional<Map<String, Marked.Fields>> found = parameters(at);
    Optional<String> server = server(at);
    if (found.isEmpty() || server.isEmpty()) {
      return Optional.empty();
    }
    List<Parameter> parameters = new ArrayList<>();
    Optional<Body> body = Optional.empty();
    for (Marked.Fields each : found.get().values()) {
      if (text(each, "in").equals("body")) {
        body = media(each, consumed(at)).map(type -> body(text(each, "name"), type, each));
      } else {
        parameter(each).ifPresent(parameters::add);
      }
    }
    Optional<Marked.Fields> request = at.fields().get("requestBody").flatMap(this::resolved);
    if (request.isPresent()) {
      List<String> types =
          fields(request.get().get("content")).stream().map(Marked.Field::key).toList();
      body = media(request.get(), types).map(type -> body("", type, request.get()));
    }
    requireUrlencoded(at, parameters);
    if (!findings.isEmpty()) {
      return Optional.empty();
    }
    ApiOperation operation =
        new ApiOperation(
            id,
            at.method().toUpperCase(Locale.ROOT),
            server.get(),
            at.path().key(),
            parameters,
            body);
    return Optional.of(new Found(operation, kept(at, found.get(), request)));
  }

  private static Body body(String name, String type, Marked.Fields fields) {
    return new Body(name, type, isTrue(fields, "required"));
  }

  private static boolean isTrue(Marked.Fields fields, String key) {
    return fields.get(key).map(value -> value.value().asBoolean()).orElse(false);
  }

  /** Of the path and of the operation, which counts more; with their references resolved. */
  private Optional<Map<String, Marked.Fields>> parameters(At at) {
    Map<String, Marked.Fields> found = new LinkedHashMap<>();
    List<Marked> all = new ArrayList<>(items(at.item().get("parameters")));
    all.addAll(items(at.fields().get("parameters")));
    for (Marked each : all) {
      Optional<Marked.Fields> parameter = resolved(each);
      if (parameter.isEmpty()) {
        return Optional.empty();
      }
      found.put(text(parameter.get(), "in") + " " + text(parameter.get(), "name"), parameter.get());
    }
    if (found.size() > MAX_PARAMETERS) {
      findings.add(at.fields(), "more than " + MAX_PARAMETERS + " parameters", "");
      return Optional.empty();
    }
    return Optional.of(found);
  }

  /** The object, or the one that its {@code $ref} leads to inside of the document. */
  private Optional<Marked.Fields> resolved(Marked value) {
    Marked place = value;
    for (int step = 0; step < MAX_STEPS; step++) {
      Optional<Marked.Fields> fields = findings.object(place, "a part of an OpenAPI document");
      if (fields.isEmpty() || fields.get().get("$ref").isEmpty()) {
        return fields;
      }
      String reference = text(fields.get(), "$ref");
      Optional<Marked> target = target(reference);
      if (target.isEmpty()) {
        findings.add(
            place,
            "the reference '" + reference + "' leads nowhere in the document",
            "only references inside of it are followed");
        return Optional.empty();
      }
      place = target.get();
    }
    findings.add(value, "more than " + MAX_STEPS + " references that lead to references", "");
    return Optional.empty();
  }

  private Optional<Marked> target(String reference) {
    if (!reference.startsWith("#/")) {
      return Optional.empty();
    }
    Optional<Marked> place = Optional.of(document);
    for (String token : reference.substring(2).split("/", -1)) {
      String name = token.replace("~1", "/").replace("~0", "~");
      place =
          place
              .filter(Marked.Fields.class::isInstance)
              .flatMap(present -> ((Marked.Fields) present).get(name));
    }
    return place;
  }

  private Optional<Parameter> parameter(Marked.Fields fields) {
    String name = text(fields, "name");
    Optional<Place> place = place(text(fields, "in"));
    if (name.isEmpty() || place.isEmpty() || text(fields, "type").equals("file")) {
      findings.add(fields, "the parameter '" + name + "' is of a kind that cannot be sent", "");
      return Optional.empty();
    }
    boolean isRequired = isTrue(fields, "required") || place.get() == Place.PATH;
    return isSwagger
        ? Optional.of(swagger(fields, name, place.get(), isRequired))
        : openapi(fields, name, place.get(), isRequired);
  }

  private static Optional<Place> place(String in) {
    return switch (in) {
      case "path" -> Optional.of(Place.PATH);
      case "query" -> Optional.of(Place.QUERY);
      case "header" -> Optional.of(Place.HEADER);
      case "cookie" -> Optional.of(Place.COOKIE);
      case "formData" -> Optional.of(Place.FORM);
      default -> Optional.empty();
    };
  }

  private static Parameter swagger(
      Marked.Fields fields, String name, Place place, boolean isRequired) {
    String separator =
        switch (text(fields, "collectionFormat")) {
          case "ssv" -> " ";
          case "tsv" -> "\t";
          case "pipes" -> "|";
          default -> ",";
        };
    boolean isMulti = text(fields, "collectionFormat").equals("multi");
    return new Parameter(
        name, place, isRequired, isMulti ? Shape.REPEATED : Shape.JOINED, separator);
  }

  private Optional<Parameter> openapi(
      Marked.Fields fields, String name, Place place, boolean isRequired) {
    if (fields.get("content").isPresent()) {
      return Optional.of(new Parameter(name, place, isRequired, Shape.JSON, ""));
    }
    boolean isForm = place == Place.QUERY || place == Place.COOKIE;
    String usual = isForm ? "form" : "simple";
    String style = fields.get("style").map(value -> value.value().asText()).orElse(usual);
    if (!style.equals(usual)) {
      findings.add(
          fields,
          "the style '" + style + "' of the parameter '" + name + "' is not supported",
          "supported is: " + usual);
      return Optional.empty();
    }
    boolean explodes = fields.get("explode").map(v -> v.value().asBoolean()).orElse(true);
    Shape shape = place == Place.QUERY && explodes ? Shape.REPEATED : Shape.JOINED;
    return Optional.of(new Parameter(name, place, isRequired, shape, ","));
  }

  private List<String> consumed(At at) {
    Optional<Marked> own = at.fields().get("consumes");
    return items(own.isPresent() ? own : document.get("consumes")).stream()
        .map(each -> each.value().asText())
        .toList();
  }

  /** The type in which a body is sent: JSON before forms before text. */
  private Optional<String> media(Marked.Fields at, List<String> types) {
    if (types.isEmpty()) {
      return Optional.of("application/json");
    }
    Optional<String> best =
        types.stream()
            .filter(type -> type.contains("json"))
            .findFirst()
            .or(() -> types.stream().filter(type -> type.contains("urlencoded")).findFirst())
            .or(() -> types.stream().filter(type -> !type.startsWith("multipart/")).findFirst());
    if (best.isEmpty()) {
      findings.add(at, "a body of several parts cannot be sent", "");
    }
    return best.map(type -> type.equals("*/*") ? "application/json" : type);
  }

  private void requireUrlencoded(At at, List<Parameter> parameters) {
    List<String> types = consumed(at);
    boolean isForm = parameters.stream().anyMatch(each -> each.place() == Place.FORM);
    if (isForm && !types.isEmpty() && types.stream().noneMatch(t -> t.contains("urlencoded"))) {
      findings.add(at.fields(), "a body of several parts cannot be sent", "");
    }
  }

  private Optional<String> server(At at) {
    Optional<String> server = isSwagger ? Optional.of(swaggerServer(at)) : openapiServer(at);
    Optional<String> fault = server.flatMap(RequestRules::uriFault);
    if (fault.isPresent()) {
      findings.add(
          document,
          "the server '" + server.get() + "' " + fault.get(),
          "name a server in the document, or the document by its address on the web");
      return Optional.empty();
    }
    return server.map(uri -> uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri);
  }

  private String swaggerServer(At at) {
    Optional<Marked> own = at.fields().get("schemes");
    List<String> schemes =
        items(own.isPresent() ? own : document.get("schemes")).stream()
            .map(each -> each.value().asText())
            .toList();
    String usual = address.startsWith("http:") ? "http" : "https";
    String scheme =
        schemes.isEmpty() || schemes.contains(usual)
            ? usual
            : schemes.contains("https") ? "https" : "http";
    String host = text(document, "host");
    String base = text(document, "basePath");
    String origin = host.isEmpty() ? origin() : scheme + "://" + host;
    return origin + (base.isEmpty() || base.startsWith("/") ? base : "/" + base);
  }

  /** Scheme and authority of the document's address. */
  private String origin() {
    int slash = address.indexOf('/', address.indexOf("://") + 3);
    return slash < 0 ? address : address.substring(0, slash);
  }

  private Optional<String> openapiServer(At at) {
    List<Marked> servers = items(at.fields().get("servers"));
    servers = servers.isEmpty() ? items(at.item().get("servers")) : servers;
    servers = servers.isEmpty() ? items(document.get("servers")) : servers;
    if (servers.isEmpty()) {
      return Optional.of(origin());
    }
    Optional<Marked.Fields> first = findings.object(servers.get(0), "a server");
    return first.map(this::url);
  }

  private String url(Marked.Fields server) {
    String url = text(server, "url");
    for (Marked.Field variable : fields(server.get("variables"))) {
      if (variable.value() instanceof Marked.Fields fields) {
        url = url.replace("{" + variable.key() + "}", text(fields, "default"));
      }
    }
    if (url.contains("://")) {
      return url;
    }
    String folder = address.substring(0, Math.max(0, address.lastIndexOf('/')));
    return url.startsWith("/") ? origin() + url : folder + "/" + url;
  }

  private Marked kept(
      At at, Map<String, Marked.Fields> parameters, Optional<Marked.Fields> request) {
    List<Marked> lean = new ArrayList<>();
    parameters.values().forEach(each -> lean.add(lean(each)));
    List<Marked.Field> operation =
        new ArrayList<>(
            picked(at.fields(), List.of("operationId", "consumes", "schemes")).fields());
    Marked place = at.fields();
    operation.add(field(place, "parameters", new Marked.Items(place.line(), place.column(), lean)));
    request.ifPresent(body -> operation.add(field(place, "requestBody", withoutSchemas(body))));
    List<Marked> servers = items(at.fields().get("servers"));
    servers = servers.isEmpty() ? items(at.item().get("servers")) : servers;
    if (!servers.isEmpty()) {
      operation.add(
          field(place, "servers", new Marked.Items(place.line(), place.column(), servers)));
    }
    Marked.Fields item = object(place, field(place, at.method(), object(place, operation)));
    List<Marked.Field> whole = new ArrayList<>(picked(document, KEPT_OF_ALL).fields());
    whole.add(field(place, "paths", object(place, field(place, at.path().key(), item))));
    return object(document, whole);
  }

  private static Marked lean(Marked.Fields parameter) {
    List<Marked.Field> lean = new ArrayList<>(picked(parameter, KEPT_OF_A_PARAMETER).fields());
    if (parameter.get("content").isPresent()) {
      lean.add(field(parameter, "content", object(parameter, List.of())));
    }
    return object(parameter, lean);
  }

  private static Marked withoutSchemas(Marked.Fields body) {
    List<Marked.Field> lean = new ArrayList<>(picked(body, List.of("required")).fields());
    List<Marked.Field> types =
        fields(body.get("content")).stream()
            .map(each -> field(each.value(), each.key(), object(each.value(), List.of())))
            .toList();
    lean.add(field(body, "content", object(body, types)));
    return object(body, lean);
  }

  private static Marked.Fields picked(Marked.Fields fields, List<String> keys) {
    return object(
        fields, fields.fields().stream().filter(each -> keys.contains(each.key())).toList());
  }

  private static Marked.Field field(Marked at, String key, Marked value) {
    return new Marked.Field(at.line(), at.column(), key, value);
  }

  private static Marked.Fields object(Marked at, Marked.Field only) {
    return object(at, List.of(only));
  }

  private static Marked.Fields object(Marked at, List<Marked.Field> fields) {
    return new Marked.Fields(at.line(), at.column(), fields);
  }
}
