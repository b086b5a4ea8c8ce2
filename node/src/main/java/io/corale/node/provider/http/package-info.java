/** Functions behind HTTP: Knative, OpenFaaS, cloud functions with a URL. */
@org.jspecify.annotations.NullMarked
package io.corale.node.provider.http;
