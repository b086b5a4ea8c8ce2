/** Runtime expressions in jq within budgets of time, steps and size. */
@org.jspecify.annotations.NullMarked
package io.corale.flow.jq;
