package thousands_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-marops/marops/internal/thousands"
)

func TestGroup(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "0": "0", "999": "999", "1000": "1,000", "123456": "123,456", "1234567": "1,234,567",
		"1234.5678": "1,234.5678", "0.001": "0.001", "-999": "-999", "-1234.50": "-1,234.50", "\u2212123456": "\u2212123,456",
	} {
		assert.Equal(t, want, thousands.Group(in), "%q", in)
	}
}
