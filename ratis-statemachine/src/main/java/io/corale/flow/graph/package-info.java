/** Outlines of compositions, drawn as text: Mermaid and SVG. */
@org.jspecify.annotations.NullMarked
package io.corale.flow.graph;
